package io.tenon.simulator.member;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.spi.state.AlarmPort;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.MembershipPort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.Rows;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.Request;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The real cluster machine, which lets changes of several members at once pass as well: etcd never proposes one, but its Raft knows
 * joint configurations and so does ours.
 *
 * @param machine also a {@link MembershipPort} and an {@link AlarmPort}
 */
record Membership(StateMachine machine) implements StateMachine, MembershipPort, AlarmPort {

    private MembershipPort membership() {
        return (MembershipPort) machine;
    }

    private AlarmPort alarmPort() {
        return (AlarmPort) machine;
    }

    @Override
    public Outcome applyConfChange(ApplyContext context, ConfChange change) {
        return change.v1() || change.steps().isEmpty() ? membership().applyConfChange(context, change) : new Outcome(change, Optional.empty());
    }

    @Override
    public void storeConfState(ApplyContext context, ConfState confState) {
        membership().storeConfState(context, confState);
    }

    @Override
    public List<ClusterMember> members() {
        return membership().members();
    }

    @Override
    public Set<Long> removed() {
        return membership().removed();
    }

    @Override
    public ConfState confState() {
        return membership().confState();
    }

    @Override
    public ByteString snapshotData() {
        return membership().snapshotData();
    }

    @Override
    public Object applyV2(ApplyContext context, Request request) {
        return membership().applyV2(context, request);
    }

    @Override
    public boolean active(AlarmType type) {
        return alarmPort().active(type);
    }

    @Override
    public List<AlarmMember> alarms() {
        return alarmPort().alarms();
    }

    @Override
    public String id() {
        return machine.id();
    }

    @Override
    public int order() {
        return machine.order();
    }

    @Override
    public Set<RequestKind> kinds() {
        return machine.kinds();
    }

    @Override
    public Set<Bucket> buckets() {
        return machine.buckets();
    }

    @Override
    public void restore(EngineView view, Ports ports) {
        machine.restore(view, ports);
    }

    @Override
    public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        return machine.apply(context, kind, request);
    }

    @Override
    public void publish(Rows rows) {
        machine.publish(rows);
    }

    @Override
    public void tick(ApplyContext context, long nowNanos) {
        machine.tick(context, nowNanos);
    }

    @Override
    public void leadershipChanged(boolean leader, long nowNanos) {
        machine.leadershipChanged(leader, nowNanos);
    }
}
