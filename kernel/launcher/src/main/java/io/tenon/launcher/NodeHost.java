package io.tenon.launcher;

import io.tenon.api.config.Flags;
import io.tenon.api.config.NodeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.framework.util.FelixConstants;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.slf4j.LoggerFactory;

/**
 * The framework with the image's bundles. Levels 1 to 4 are the node and must all start; level 5 are tools, which start when the node
 * serves, so that they cost it no start time. Owned by the main thread; {@link #stop} may come from the shutdown hook.
 */
final class NodeHost {

    /** Levels up to this one are the node; those above are tools. */
    private static final int NODE_LEVEL = 4;
    private static final int TOOLS_LEVEL = 5;
    /** The service that the runtime registers when the node serves; by name, since the class is the bundles' own. */
    private static final String SERVING = "io.tenon.api.cluster.NodeIdentity";
    /** A node without a quorum serves late; its operator wants the tools all the same. */
    private static final Duration TOOLS_WAIT_MAX = Duration.ofSeconds(10);
    /** The edges open their ports on the same service, and go first. */
    private static final Duration TOOLS_DELAY = Duration.ofSeconds(1);
    private static final List<String> EXPORTED = List.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi");

    private final Framework framework;

    private NodeHost(Framework framework) {
        this.framework = framework;
    }

    /**
     * Creates the framework with nothing in it yet.
     *
     * @param cache an empty folder that no other process uses
     */
    static NodeHost create(NodeConfig config, Image image, Path cache) throws BundleException {
        var properties = new HashMap<String, String>();
        config.flags().forEach((name, value) -> properties.put(Flags.PROPERTY_PREFIX + name, value));
        properties.putAll(frameworkProperties(cache));
        properties.putAll(toolProperties(image, cache));
        Framework framework = new FrameworkFactory().newFramework(withLogger(properties));
        framework.init();
        return new NodeHost(framework);
    }

    private static Map<String, String> frameworkProperties(Path cache) {
        String version = LoggerFactory.class.getPackage().getImplementationVersion();
        return Map.of(Constants.FRAMEWORK_STORAGE, cache.toString(),
                Constants.FRAMEWORK_BEGINNING_STARTLEVEL, String.valueOf(NODE_LEVEL),
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                EXPORTED.stream().map(name -> name + ";version=" + version).collect(Collectors.joining(",")),
                FelixConstants.SERVICE_URLHANDLERS_PROP, "false",
                "ds.loglevel", "warn");
    }

    private static Map<String, String> toolProperties(Image image, Path cache) {
        return Map.of("felix.fileinstall.dir", image.deployFolder().toString(),
                "felix.fileinstall.tmpdir", cache.resolve("fileinstall").toString(),
                "felix.fileinstall.poll", "1000",
                "felix.fileinstall.noInitialDelay", "true",
                "felix.fileinstall.start.level", String.valueOf(TOOLS_LEVEL),
                "felix.fileinstall.log.level", "2",
                "felix.cm.loglevel", "2",
                "gosh.args", "--nointeractive --noshutdown");
    }

    /** Felix takes its logger as an object in this map of strings. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Map<String, String> withLogger(Map<String, String> properties) {
        var all = new HashMap<String, Object>(properties);
        all.put(FelixConstants.LOG_LOGGER_PROP, new FelixLog());
        return (Map) all;
    }

    /**
     * Installs all bundles and starts the node's.
     *
     * @return what did not start of the node, a line each; if there is any, the node is not whole and must be stopped
     */
    List<String> start(List<Image.Floor> floors) throws BundleException {
        var failures = Collections.synchronizedList(new ArrayList<String>());
        framework.getBundleContext().addFrameworkListener(event -> {
            if (event.getType() == FrameworkEvent.ERROR && isOfNode(event.getBundle())) {
                failures.add("bundle " + event.getBundle().getSymbolicName() + ": " + event.getThrowable().getMessage());
            }
        });
        for (Image.Floor floor : floors) {
            for (Path jar : floor.bundles()) {
                install(jar, floor.startLevel());
            }
        }
        framework.start();
        return List.copyOf(failures);
    }

    private void install(Path jar, int startLevel) throws BundleException {
        Bundle bundle = framework.getBundleContext().installBundle("reference:" + jar.toUri());
        bundle.adapt(BundleStartLevel.class).setStartLevel(startLevel);
        if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
            // Not yet: the framework is at level 0 and only notes it.
            bundle.start();
        }
    }

    private static boolean isOfNode(Bundle bundle) {
        return bundle.getBundleId() > 0 && bundle.adapt(BundleStartLevel.class).getStartLevel() <= NODE_LEVEL;
    }

    /** Starts the tools as soon as the node serves. Returns at once. */
    void startToolsWhenServing() {
        var serving = new CompletableFuture<Void>();
        serving.completeOnTimeout(null, TOOLS_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .thenRunAsync(() -> framework.adapt(FrameworkStartLevel.class).setStartLevel(TOOLS_LEVEL),
                        CompletableFuture.delayedExecutor(TOOLS_DELAY.toMillis(), TimeUnit.MILLISECONDS));
        BundleContext context = framework.getBundleContext();
        try {
            // Of all services: the class path has a class of the same name, and the framework would keep another's from us.
            context.addServiceListener((AllServiceListener) event -> {
                if (event.getType() == ServiceEvent.REGISTERED) {
                    serving.complete(null);
                }
            }, "(" + Constants.OBJECTCLASS + "=" + SERVING + ")");
            if (context.getAllServiceReferences(SERVING, null) != null) {
                serving.complete(null);
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }


    /** Calls back, on the stopping thread, when the framework begins to stop, whoever asked for it. */
    void onStopping(Runnable begun) {
        framework.getBundleContext().addBundleListener((SynchronousBundleListener) event -> {
            if (event.getBundle().getBundleId() == 0 && event.getType() == BundleEvent.STOPPING) {
                begun.run();
            }
        });
    }

    /** Waits until the framework has stopped, whoever asked for it. */
    void awaitEnd() throws InterruptedException {
        framework.waitForStop(0);
    }

    /** Stops all bundles in reverse order and waits, but not longer than the limit. */
    void stop(Duration limit) throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(limit.toMillis());
    }
}
