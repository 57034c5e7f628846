package io.tenon.launcher;

import io.tenon.api.config.BadFlagException;
import io.tenon.api.config.BootstrapCheck;
import io.tenon.api.config.LogChoice;
import io.tenon.api.config.NodeConfig;
import io.tenon.launcher.command.Build;
import io.tenon.launcher.command.Invocation;
import io.tenon.launcher.discovery.SrvDiscovery;
import io.tenon.launcher.discovery.SrvRecords;
import io.tenon.launcher.log.Line;
import io.tenon.launcher.log.Line.Severity;
import io.tenon.launcher.log.LoggedStream;
import io.tenon.launcher.log.Logs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process. Flags are checked before anything is touched; then the framework runs until it is stopped by a signal, by a bundle
 * ({@code NodeControl.fail} leaves the exit code in the system property {@value #EXIT_CODE}) or by the shell.
 */
public final class Main {

    /** Set by the bundle that ends the node. */
    static final String EXIT_CODE = "tenon.exit.code";
    /** How long a signal's stop may take: after it the process ends as it stands, and loses nothing by that. */
    private static final Duration SIGNAL_STOP_MAX = Duration.ofMillis(1_800);
    private static final Duration CLEANUP_MAX = Duration.ofMillis(1000);
    /** The same for a stop from within. */
    private static final Duration STOP_MAX = Duration.ofSeconds(5);
    private static final int TERMINATED = 143;
    /** Counted down when the main thread has cleaned up and is about to leave by itself. */
    private static final CountDownLatch DONE = new CountDownLatch(1);

    /** A signal came, so a start that is cut off is no failure. */
    private static volatile boolean signalled;

    private Main() {
    }

    public static void main(String[] arguments) {
        Logs.install();
        Invocation asked = Invocation.of(List.of(arguments), System.getenv(), Build.current());
        int exitCode = switch (asked) {
            case Invocation.Speak speak -> {
                System.out.print(speak.out());
                System.err.print(speak.err());
                yield speak.exitCode();
            }
            case Invocation.Refuse refuse -> {
                refuse.notices().forEach(Main::log);
                log(refuse.reason());
                yield 1;
            }
            case Invocation.Start start -> run(start);
        };
        DONE.countDown();
        System.exit(exitCode);
    }

    private static int run(Invocation.Start start) {
        NodeConfig config = start.config();
        var directory = new DataDirectory(config.dataDirectory());
        try {
            Logs.apply(LogChoice.of(config.flags()));
            start.notices().forEach(Main::log);
            if (!directory.hasLog(config.walDirectory().orElse(directory.walFolder()))) {
                config = withMembers(config);
                BootstrapCheck.check(config, Main::address);
            }
            directory.create();
            try (DataDirectory.Cache cache = directory.claimCache()) {
                return host(config, cache.folder());
            }
        } catch (BadFlagException e) {
            log(new Line(Severity.FATAL, "discovery failed").with("error", e.getMessage()));
        } catch (IOException e) {
            log(new Line(Severity.FATAL, e.getMessage()));
        } catch (BundleException e) {
            if (!signalled) {
                log(new Line(Severity.FATAL, "cannot start the framework").with("error", e.toString()));
            }
        }
        return 1;
    }

    private static NodeConfig withMembers(NodeConfig config) {
        if (!SrvDiscovery.isAskedFor(config)) {
            return config;
        }
        NodeConfig discovered = new SrvDiscovery(SrvRecords.ofMachine(), Main::address).discover(config);
        log(new Line(Severity.INFO, "discovered the members of the cluster").with("initial-cluster", discovered.flags().get("initial-cluster")));
        return discovered;
    }

    private static int host(NodeConfig config, Path cache) throws IOException, BundleException {
        log(new Line(Severity.INFO, "starting").with("name", config.name()).with("data-dir", config.dataDirectory().toString())
                .with("compat", config.compat().serverVersion()));
        LoggedStream.replaceStandardStreams();
        Image image = Image.current();
        NodeHost host = NodeHost.create(config, image, cache);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopOnSignal(host), "tenon-stop"));
        host.onStopping(Main::watchStop);
        List<String> failures = host.start(image.floors());
        try {
            if (!failures.isEmpty() && !signalled) {
                failures.forEach(failure -> log(new Line(Severity.FATAL, "cannot start").with("error", failure)));
                host.stop(STOP_MAX);
                return 1;
            }
            host.startToolsWhenServing();
            host.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
        return Integer.getInteger(EXIT_CODE, 0);
    }

    /** The shutdown hook. It also runs when the main thread ends the process, and then has nothing to do. */
    private static void stopOnSignal(NodeHost host) {
        if (DONE.getCount() == 0) {
            return;
        }
        signalled = true;
        try {
            host.stop(SIGNAL_STOP_MAX);
            DONE.await(CLEANUP_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (BundleException | InterruptedException e) {
            LoggerFactory.getLogger(Main.class).error("the framework does not stop", e);
        }
        if (ProcessHandle.current().pid() == 1) {
            // In a container nobody can see the signal's code, and etcd ends well there.
            Runtime.getRuntime().halt(0);
        }
    }

    /** A stop that hangs must not keep a node that has failed half alive. */
    private static void watchStop() {
        Thread.ofPlatform().daemon().name("tenon-watchdog").start(() -> {
            try {
                Thread.sleep(STOP_MAX);
                Runtime.getRuntime().halt(Integer.getInteger(EXIT_CODE, TERMINATED));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static String address(String host) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            return host;
        }
    }

    private static void log(Line line) {
        Logger logger = LoggerFactory.getLogger(Main.class);
        Logs.write(logger, line);
    }
}
