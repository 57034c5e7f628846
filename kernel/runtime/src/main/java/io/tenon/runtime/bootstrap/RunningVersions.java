package io.tenon.runtime.bootstrap;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.JsonReader;
import io.tenon.api.config.Compat;
import io.tenon.runtime.peer.Book;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this server may join a cluster that speaks the version it has agreed on: from 3.0 up to its own, and one minor more while all
 * members say that a downgrade is under way (reference: rafthttp, bootstrap).
 */
final class RunningVersions {
    private static final Logger LOG = LoggerFactory.getLogger(RunningVersions.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int MAJOR = 3;

    private final int ownMinor;
    private final PeerQuestions questions;

    RunningVersions(Compat compat, PeerQuestions questions) {
        ownMinor = minor(compat.serverVersion());
        this.questions = questions;
    }

    void check(List<ClusterMember> members) throws StartRefused {
        List<URI> bases = members.stream().flatMap(member -> Book.urls(member).stream()).toList();
        List<String> versions = new ArrayList<>();
        for (PeerQuestions.Answered answered : questions.ask(bases, "/version", LIMIT)) {
            versions.add(version(answered));
        }
        if (versions.isEmpty()) {
            throw new StartRefused("incompatible with current running cluster: no member of it tells its version");
        }
        int most = versions.stream().anyMatch(version -> minor(version) > ownMinor) && downgrading(bases) ? ownMinor + 1 : ownMinor;
        for (String version : versions) {
            // A cluster that is just starting has not decided yet; it will take part in deciding.
            if (!version.equals("not_decided") && (major(version) != MAJOR || minor(version) > most)) {
                throw new StartRefused("incompatible with current running cluster: its version is " + version + ", this server speaks 3.0 to 3."
                        + most);
            }
        }
    }

    /** What is no version is newer than everything below. */
    private static String version(PeerQuestions.Answered answered) {
        String text = answered.answer().body().toStringUtf8();
        try {
            return JsonReader.object(text).text("etcdcluster");
        } catch (IllegalArgumentException unreadable) {
            return text;
        }
    }

    private boolean downgrading(List<URI> bases) {
        List<PeerQuestions.Answered> answers = questions.ask(bases, "/downgrade/enabled", LIMIT);
        LOG.info("cluster has a newer version, members asked for a downgrade answers={}", answers.size());
        return !answers.isEmpty() && answers.stream().allMatch(answered -> answered.answer().body().toStringUtf8().strip().equals("true"));
    }

    private static int major(String version) {
        return part(version, 0);
    }

    private static int minor(String version) {
        return part(version, 1);
    }

    /** What cannot be read is newer than everything. */
    private static int part(String version, int at) {
        String[] parts = version.split("\\.");
        try {
            return parts.length > at ? Integer.parseInt(parts[at]) : Integer.MAX_VALUE;
        } catch (NumberFormatException unreadable) {
            return Integer.MAX_VALUE;
        }
    }
}
