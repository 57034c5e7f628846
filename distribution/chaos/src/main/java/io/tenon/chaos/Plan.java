package io.tenon.chaos;

import io.tenon.chaos.fault.FaultKind;
import io.tenon.chaos.load.Settings;
import io.tenon.chaos.member.MemberKind;
import java.time.Duration;
import java.util.List;

/**
 * What a run does.
 *
 * @param flags    of etcd that all members get
 * @param duration of the torment; coming to rest and judging takes longer
 * @param round    after which everything is judged and forgotten, so that memory does not grow
 */
public record Plan(List<MemberKind> members, List<String> flags, List<FaultKind> faults, Settings load, Duration duration, Duration round) {
    /** Small, so that members that come back often get a snapshot. */
    private static final List<String> USUAL_FLAGS = List.of("--heartbeat-interval", "100", "--election-timeout", "1000", "--snapshot-count", "500",
            "--experimental-snapshot-catchup-entries", "200");

    /** The flags that runs have when nobody says otherwise. */
    public static List<String> usualFlags() {
        return USUAL_FLAGS;
    }
}
