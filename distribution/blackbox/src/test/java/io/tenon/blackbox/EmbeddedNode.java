package io.tenon.blackbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleWiring;

/** The image's bundles in a framework inside this process, so that a test can do to them what an operator does. */
public final class EmbeddedNode implements AutoCloseable {
    private static final long START_SECONDS = 60;
    private static final long STOP_MILLIS = 60_000;
    /** The node's bundles have start levels up to this one. */
    public static final int NODE_LEVEL = 4;
    /** What the framework exports for logging. */
    public static final String SLF4J = List.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi").stream()
            .map(name -> name + ";version=2.0.20").reduce((some, more) -> some + "," + more).orElseThrow();

    private final Framework framework;
    private final int port;
    private final Map<String, Path> jars = new HashMap<>();

    private EmbeddedNode(Framework framework, int port) {
        this.framework = framework;
        this.port = port;
    }

    /**
     * Starts on this data directory and waits until the client port is open.
     *
     * @param cache an empty folder for the framework
     */
    public static EmbeddedNode start(Path cache, Path dataDirectory) throws Exception {
        EmbeddedNode node = launch(cache, dataDirectory, Map.of());
        node.awaitPort();
        return node;
    }

    /**
     * As {@link #start}, without waiting, since a member of several serves when others are there.
     *
     * @param more framework properties besides the usual ones
     */
    public static EmbeddedNode launch(Path cache, Path dataDirectory, Map<String, String> more) throws Exception {
        int port = TenonServer.freePort();
        Map<String, String> properties = new HashMap<>(properties(cache, dataDirectory, port));
        properties.putAll(more);
        EmbeddedNode node = new EmbeddedNode(new FrameworkFactory().newFramework(properties), port);
        node.framework.init();
        node.install();
        node.framework.start();
        return node;
    }

    private static Map<String, String> properties(Path cache, Path dataDirectory, int port) {
        String url = "http://127.0.0.1:" + port;
        return Map.of(Constants.FRAMEWORK_STORAGE, cache.toString(),
                Constants.FRAMEWORK_BEGINNING_STARTLEVEL, String.valueOf(NODE_LEVEL),
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SLF4J,
                "felix.service.urlhandlers", "false",
                "ds.loglevel", "warn",
                "tenon.flag.data-dir", dataDirectory.toString(),
                "tenon.flag.listen-client-urls", url,
                "tenon.flag.listen-peer-urls", "http://127.0.0.1:0",
                "tenon.flag.advertise-client-urls", url);
    }

    private void install() throws IOException, BundleException {
        for (int level = 1; level <= NODE_LEVEL; level++) {
            for (Path jar : jarsOf(level)) {
                Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
                bundle.adapt(BundleStartLevel.class).setStartLevel(level);
                bundle.start();
                jars.put(bundle.getSymbolicName(), jar);
            }
        }
    }

    /** The image's jars of one start level. */
    public static List<Path> jarsOf(int level) throws IOException {
        try (Stream<Path> folders = Files.list(TenonServer.image().resolve("bundles"))) {
            Path folder = folders.filter(one -> one.getFileName().toString().startsWith(level + "-")).findFirst().orElseThrow();
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
            }
        }
    }

    /** Waits until the client port is open. */
    public void awaitPort() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isOpen()) {
            if (!isActive() || System.nanoTime() - until > 0) {
                throw new AssertionError("embedded node is not serving, framework state " + framework.getState());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private boolean isOpen() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException closed) {
            return false;
        }
    }

    /** False once the node gave up by itself. */
    public boolean isActive() {
        return framework.getState() == Bundle.ACTIVE;
    }

    /** HOST:PORT of the client port. */
    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    public Bundle bundle(String symbolicName) {
        return Stream.of(framework.getBundleContext().getBundles()).filter(one -> one.getSymbolicName().equals(symbolicName)).findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + symbolicName));
    }

    /** Updates a running bundle from its jar, as an operator does: the framework stops it, replaces it and starts it. */
    public void update(String symbolicName) throws BundleException {
        Bundle bundle = bundle(symbolicName);
        try (InputStream jar = Files.newInputStream(jars.get(symbolicName))) {
            bundle.update(jar);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The class loader of a bundle as it is now. */
    public ClassLoader loader(String symbolicName) {
        return bundle(symbolicName).adapt(BundleWiring.class).getClassLoader();
    }

    /** The node's status as text; its classes are the node's own. */
    public String status() {
        try {
            var board = framework.getBundleContext().getAllServiceReferences("io.tenon.api.status.StatusBoard", null);
            Object service = framework.getBundleContext().getService(board[0]);
            return service.getClass().getClassLoader().loadClass("io.tenon.api.status.StatusBoard").getMethod("read").invoke(service).toString();
        } catch (ReflectiveOperationException | org.osgi.framework.InvalidSyntaxException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Stops everything in order. */
    @Override
    public void close() {
        try {
            framework.stop();
            if (framework.waitForStop(STOP_MILLIS).getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                throw new AssertionError("the framework did not stop within " + STOP_MILLIS + " ms");
            }
        } catch (BundleException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            throw new AssertionError(hurry);
        }
    }
}
