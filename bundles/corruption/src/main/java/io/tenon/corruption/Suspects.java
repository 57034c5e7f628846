package io.tenon.corruption;

import io.tenon.api.config.Compat;
import java.util.List;
import java.util.Map;

/** Whom the alarm names when members have different hashes, as each version of etcd does it. */
enum Suspects {
    /** Nobody, as in 3.5: the leader may be the one that is corrupt. */
    NOBODY {
        @Override
        long named(long member) {
            return Alarms.NO_MEMBER;
        }

        @Override
        List<Long> among(Map<Long, List<Long>> membersByHash, int memberCount) {
            return List.of(Alarms.NO_MEMBER);
        }
    },
    /** Everybody who differs from a majority of the cluster, as from 3.6 on; nobody when there is none. */
    MINORITY {
        @Override
        long named(long member) {
            return member;
        }

        @Override
        List<Long> among(Map<Long, List<Long>> membersByHash, int memberCount) {
            boolean majority = membersByHash.values().stream().anyMatch(members -> isMajority(members, memberCount));
            return majority ? membersByHash.values().stream().filter(members -> !isMajority(members, memberCount)).flatMap(List::stream).toList()
                    : List.of(Alarms.NO_MEMBER);
        }
    };

    static Suspects of(Compat compat) {
        return compat.atLeast(Compat.V3_6) ? MINORITY : NOBODY;
    }

    /** Whom the alarm names when it is a member's own hash or revision that cannot be. */
    abstract long named(long member);

    /** @param memberCount of the whole cluster, also those that told no hash */
    abstract List<Long> among(Map<Long, List<Long>> membersByHash, int memberCount);

    private static boolean isMajority(List<Long> members, int memberCount) {
        return members.size() > memberCount / 2;
    }
}
