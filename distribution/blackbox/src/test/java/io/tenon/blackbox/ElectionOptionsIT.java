package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator takes Raft options away from a running server and gives them back, while clients work. */
class ElectionOptionsIT {
    private static final String ALL = "POLL_BEFORE_CAMPAIGN, PROTECT_LIVE_LEADER, ANSWER_STALE_LEADER, RESIGN_WITHOUT_QUORUM";
    private static final String WITHOUT_PREVOTE = "PROTECT_LIVE_LEADER, ANSWER_STALE_LEADER, RESIGN_WITHOUT_QUORUM";
    private static final String WITHOUT_CHECKQUORUM = "POLL_BEFORE_CAMPAIGN, ANSWER_STALE_LEADER";
    private static final String IN_FORCE = "rules in force";

    @TempDir
    private Path directory;

    private static String inForce(OperatorShell shell, String rules) {
        return shell.awaitStatus(status -> OperatorShell.line(status, IN_FORCE).equals(rules));
    }

    /** The driver's lines about rules, in order. */
    private static List<String> recorded(TenonServer server) {
        return server.log().lines().filter(line -> line.contains("election rules in force"))
                .map(line -> line.replaceFirst(".*\"rules\":\"\\[(.*)\\]\".*", "$1")).toList();
    }

    @Test
    void optionsComeAndGoWhileClientsWork() throws Exception {
        try (TenonServer server = TenonServer.start(directory.resolve("node.etcd")); SwapLoad load = new SwapLoad(server.endpoint())) {
            OperatorShell shell = new OperatorShell(server);
            String status = inForce(shell, ALL);
            assertEquals("leader", OperatorShell.line(status, "role"), status);
            assertEquals("mvstore", OperatorShell.line(status, "storage"), status);
            assertEquals("http", OperatorShell.line(status, "transports"), status);
            assertEquals(WITHOUT_CHECKQUORUM, OperatorShell.line(status, "option prevote"), status);
            stopAndStart(shell, load, "prevote", WITHOUT_PREVOTE);
            stopAndStart(shell, load, "checkquorum", WITHOUT_CHECKQUORUM);
            shell.run("stop", "io.tenon.raft.prevote");
            shell.run("stop", "io.tenon.raft.checkquorum");
            inForce(shell, "none");
            load.awaitProgress();
            load.finish();
            assertEquals(List.of(), load.wrong());
            List<String> lines = recorded(server);
            assertEquals(List.of(ALL, WITHOUT_PREVOTE, ALL, WITHOUT_CHECKQUORUM, ALL, WITHOUT_PREVOTE, ""), lines);
        }
    }

    private static void stopAndStart(OperatorShell shell, SwapLoad load, String option, String rest) throws Exception {
        String bundle = "io.tenon.raft." + option;
        assertEquals(new OperatorShell.Answer(0, bundle + " stopped\n"), shell.run("stop", bundle));
        String without = inForce(shell, rest);
        assertEquals("", OperatorShell.line(without, "option " + option), without);
        load.awaitProgress();
        assertEquals(new OperatorShell.Answer(0, bundle + " active\n"), shell.run("start", bundle));
        String with = inForce(shell, ALL);
        assertNotEquals("", OperatorShell.line(with, "option " + option), with);
        load.awaitProgress();
    }

    @Test
    void preVoteMayBeSwitchedOffByEtcdsFlag() {
        try (TenonServer server = TenonServer.start(directory.resolve("node.etcd"), "--pre-vote=false")) {
            String status = inForce(new OperatorShell(server), WITHOUT_PREVOTE);
            assertEquals("none", OperatorShell.line(status, "option prevote"), status);
            assertTrue(status.contains("Switched off by --pre-vote=false."), status);
        }
    }

    @Test
    void shellSaysWhatItCannotDo() {
        try (TenonServer server = TenonServer.start(directory.resolve("node.etcd"))) {
            OperatorShell shell = new OperatorShell(server);
            assertEquals(1, shell.run("nonsense").status());
            assertEquals(1, shell.run("stop", "io.tenon.no.such.bundle").status());
            assertTrue(shell.run("lb").text().contains("raft-prevote"));
            server.stop();
            OperatorShell.Answer nobody = shell.run("tenon:status");
            assertEquals(2, nobody.status());
            assertTrue(nobody.text().contains("no node answers"), nobody.text());
        }
    }
}
