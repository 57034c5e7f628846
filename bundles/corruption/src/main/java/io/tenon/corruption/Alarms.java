package io.tenon.corruption;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.proposal.Proposals;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Raises the alarm CORRUPT. Any thread. */
final class Alarms {
    /** Stands for a cluster of which it is not known who is corrupt. */
    static final long NO_MEMBER = 0;
    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

    private final Proposals proposals;

    Alarms(Proposals proposals) {
        this.proposals = proposals;
    }

    void raise(long member, String why) {
        LOG.error("data is corrupt member={} reason=\"{}\"", MemberIds.hex(member), why);
        AlarmRequest alarm = AlarmRequest.newBuilder().setAction(AlarmRequest.AlarmAction.ACTIVATE).setMemberID(member)
                .setAlarm(AlarmType.CORRUPT).build();
        proposals.propose(InternalRaftRequest.newBuilder().setAlarm(alarm).build(), new Reply<AlarmResponse>() {

            @Override
            public void accept(AlarmResponse raised) {
                LOG.warn("alarm raised member={} alarm=CORRUPT", MemberIds.hex(member));
            }

            @Override
            public void refuse(Refusal refusal) {
                LOG.warn("alarm not raised, the next round tries again member={} reason=\"{}\"", MemberIds.hex(member), refusal.text());
            }
        });
    }
}
