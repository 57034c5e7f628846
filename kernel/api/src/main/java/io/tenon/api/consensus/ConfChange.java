package io.tenon.api.consensus;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * A change of the configuration.
 *
 * @param v1      true for raftpb.ConfChange with exactly one step, the only form etcd proposes
 * @param id      v1's id: the request that waits for it; 0 in v2
 * @param context etcd's member JSON; empty where etcd writes none
 */
public record ConfChange(boolean v1, long id, Transition transition, List<Step> steps, ByteString context) {

    /** How a change is made; numbers are raftpb's ordinals. */
    public enum Transition { AUTO, JOINT_IMPLICIT, JOINT_EXPLICIT }

    /** What a step does; numbers are raftpb's ordinals. */
    public enum Kind { ADD_VOTER, REMOVE, UPDATE, ADD_LEARNER }

    /** One step; {@code nodeId} 0 does nothing. */
    public record Step(Kind kind, long nodeId) {
    }
}
