package io.tenon.chaos.load;

import io.tenon.chaos.client.Client;
import io.tenon.chaos.member.Cluster;
import io.tenon.chaos.member.Member;
import java.util.List;
import java.util.SplittableRandom;

/** Whom clients talk to: any member in service, whether it runs or not. */
public final class Members {
    private final Cluster cluster;

    public Members(Cluster cluster) {
        this.cluster = cluster;
    }

    Client any(SplittableRandom random) {
        List<Member> members = cluster.inService();
        return members.get(random.nextInt(members.size())).client();
    }
}
