package io.tenon.simulator.load;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.simulator.member.Process;
import io.tenon.simulator.world.Chance;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One client: one operation after the other, each at some member, with a patience of its own. */
final class Client {
    private static final long PATIENCE_NANOS = 3_000_000_000L;
    private static final int MOST_LEASES = 4;
    private static final int MOST_TTL_SECONDS = 5;

    private final int number;
    private final Clients clients;
    private final Workload work;
    private final Chance chance;
    private final List<Long> leases = new ArrayList<>();
    private int operations;

    Client(int number, Clients clients, Workload work, Chance chance) {
        this.number = number;
        this.clients = clients;
        this.work = work;
        this.chance = chance;
    }

    void begin() {
        clients.schedule().after(chance.exponentialNanos(work.thinkNanos()), this::operate);
    }

    private void operate() {
        if (clients.haveStopped()) {
            return;
        }
        Optional<Process> process = clients.someProcess(chance);
        if (process.isEmpty()) {
            begin();
            return;
        }
        Call call = new Call(process.get(), ++operations);
        process.get().call(call::make);
        clients.schedule().after(PATIENCE_NANOS, () -> next(call.operation));
    }

    /** After an answer, or when patience is at its end: an answer may still come, and is checked all the same. */
    private void next(int operation) {
        if (operation == operations) {
            operations++;
            begin();
        }
    }

    private ByteString key() {
        return ByteString.copyFromUtf8("k" + chance.below(work.keys()));
    }

    private long someLease() {
        return leases.isEmpty() ? 0 : chance.of(leases);
    }

    /** One operation at one member. */
    private final class Call {
        private final Process process;
        private final int operation;
        private final CallContext context;
        private final long begun = clients.operations().begun();
        private final long askedNanos = clients.schedule().nowNanos();

        Call(Process process, int operation) {
            this.process = process;
            this.operation = operation;
            context = new CallContext(process.home(), "");
        }

        private <T> Answer<T> answer(String kind, Consumer<T> check) {
            return new Answer<>(clients, number, kind, check, () -> next(operation));
        }

        void make() {
            double kind = chance.fraction();
            if (kind < work.compactShare()) {
                compact();
            } else if (kind < work.compactShare() + work.leaseShare()) {
                lease();
            } else if (chance.happens(work.readShare())) {
                read();
            } else {
                write();
            }
        }

        private void read() {
            RangeRequest.Builder request = RangeRequest.newBuilder().setKey(key());
            if (chance.happens(0.3)) {
                request.setKey(ByteString.copyFromUtf8("k")).setRangeEnd(ByteString.copyFromUtf8("l"));
            }
            if (chance.happens(0.2)) {
                request.setSerializable(true);
            }
            if (chance.happens(0.1)) {
                request.setRevision(Math.max(1, begun - chance.below(20)));
            }
            RangeRequest made = request.build();
            process.keys().range(made, context, answer("reads", result -> clients.operations().ranged(made, result, begun)));
        }

        private void write() {
            switch (chance.below(10)) {
                case 0 -> delete();
                case 1, 2 -> transact();
                default -> put();
            }
        }

        private ByteString newValue() {
            return ByteString.copyFromUtf8("v" + number + "." + operation + (chance.happens(0.05) ? "-".repeat(chance.below(3000)) : ""));
        }

        private void put() {
            PutRequest.Builder request = PutRequest.newBuilder().setKey(key()).setValue(newValue()).setPrevKv(chance.happens(0.3));
            if (chance.happens(work.leaseShare())) {
                request.setLease(someLease());
            }
            PutRequest made = request.build();
            process.keys().put(made, context, answer("puts", response -> clients.operations().put(made, response, begun)));
        }

        private void delete() {
            DeleteRangeRequest.Builder request = DeleteRangeRequest.newBuilder().setKey(key());
            if (chance.happens(0.2)) {
                request.setKey(ByteString.copyFromUtf8("k")).setRangeEnd(ByteString.copyFromUtf8("k" + chance.below(work.keys()) + "x"));
            }
            DeleteRangeRequest made = request.build();
            process.keys().deleteRange(made, context, answer("deletes", response -> clients.operations().deleted(made, response, begun)));
        }

        private void transact() {
            ByteString key = key();
            Compare.Builder compare = Compare.newBuilder().setKey(key);
            if (chance.happens(0.5)) {
                compare.setTarget(Compare.CompareTarget.MOD).setModRevision(Math.max(0, begun - chance.below(10))).setResult(Compare.CompareResult.LESS);
            } else {
                compare.setTarget(Compare.CompareTarget.VERSION).setVersion(chance.below(3)).setResult(Compare.CompareResult.EQUAL);
            }
            TxnRequest.Builder request = TxnRequest.newBuilder().addCompare(compare)
                    .addSuccess(RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(key).setValue(newValue())))
                    .addFailure(RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)));
            ByteString other = key();
            if (!other.equals(key)) {
                request.addSuccess(RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(other).setValue(newValue())));
            }
            TxnRequest made = request.build();
            process.keys().txn(made, context, answer("transacts", response -> clients.operations().transacted(made, response, begun)));
        }

        private void compact() {
            CompactionRequest request = CompactionRequest.newBuilder().setRevision(Math.max(1, begun - chance.below(30))).setPhysical(chance.happens(0.3)).build();
            process.keys().compact(request, context, answer("compacts", response -> { }));
        }

        private void lease() {
            int kind = leases.isEmpty() ? 0 : chance.below(6);
            switch (kind) {
                case 0 -> grant();
                case 1 -> revoke();
                default -> keepAlive();
            }
        }

        private void grant() {
            if (leases.size() >= MOST_LEASES) {
                leases.removeFirst();
            }
            long id = (long) number << 32 | operation;
            LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setID(id).setTTL(1 + chance.below(MOST_TTL_SECONDS)).build();
            process.leases().grant(request, context, answer("grants", response -> {
                leases.add(id);
                clients.leases().renewed(id, response.getTTL(), askedNanos);
            }));
        }

        private void revoke() {
            long id = someLease();
            leases.remove(id);
            clients.leases().released(id);
            process.leases().revoke(LeaseRevokeRequest.newBuilder().setID(id).build(), context, answer("revokes", response -> { }));
        }

        private void keepAlive() {
            long id = someLease();
            process.leases().keepAlive(LeaseKeepAliveRequest.newBuilder().setID(id).build(), context, answer("keeps alive", response -> {
                if (response.getTTL() <= 0) {
                    leases.remove(id);
                } else if (clients.leads(process)) {
                    clients.leases().renewed(id, response.getTTL(), askedNanos);
                }
            }));
        }
    }
}
