package io.tenon.simulator.member;

import io.tenon.api.cluster.MemberIds;
import io.tenon.simulator.check.EngineMatchesLog;
import io.tenon.simulator.disk.EngineKind;
import io.tenon.simulator.world.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All members that there are or were. */
public final class Members {
    private final World world;
    private final Chance chance;
    private final Settings settings;
    private final EngineMatchesLog engines;
    private final List<Member> all = new ArrayList<>();

    /** Members of a new cluster; none is started. */
    public Members(int count, EngineKind engine, World world, EngineMatchesLog engines, Chance chance) {
        this.engines = engines;
        this.world = world;
        this.chance = chance;
        settings = Settings.drawn(count, engine, chance);
        for (int number = 1; number <= count; number++) {
            all.add(new Member(number, settings.id(number), settings, world, engines, chance.split()));
        }
    }

    public Settings settings() {
        return settings;
    }

    /** One more, that joins the cluster. Not started, and not a member before the cluster says so. */
    public Member join() {
        int number = all.size() + 1;
        long id = MemberIds.ofAdded(Settings.peerUrls(number), world.schedule().nowNanos() / 1_000_000_000);
        Member member = new Member(number, id, settings, world, engines, chance.split());
        member.prepareToJoin();
        all.add(member);
        return member;
    }

    public List<Member> all() {
        return all;
    }

    /** Nobody will look at them any more. */
    public void dispose() {
        all.forEach(Member::dispose);
    }

    /** Those that were not removed. */
    public List<Member> staying() {
        return all.stream().filter(member -> !member.isGone()).toList();
    }

    public List<Member> up() {
        return all.stream().filter(Member::isUp).toList();
    }

    public Optional<Member> find(long id) {
        return all.stream().filter(member -> member.id() == id).findFirst();
    }

    /** The one with the newest term of those that say that they lead. */
    public Optional<Member> leader() {
        return up().stream().filter(member -> member.process().orElseThrow().consensus().status().isLeader())
                .max((one, other) -> Long.compare(term(one), term(other)));
    }

    private static long term(Member member) {
        return member.process().orElseThrow().consensus().status().term();
    }
}
