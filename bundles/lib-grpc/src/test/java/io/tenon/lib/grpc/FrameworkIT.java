package io.tenon.lib.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** The bundle resolves in Felix beside protobuf and Guava alone, and finds its providers and its native library there. */
class FrameworkIT {

    private static final Path TARGET = Path.of("target");

    @TempDir
    Path cache;

    private Framework framework;
    private Bundle grpc;

    @BeforeEach
    void startWithProtobufAndGuavaOnly() throws BundleException, IOException {
        framework = new FrameworkFactory().newFramework(Map.of(
                Constants.FRAMEWORK_STORAGE, cache.toString(),
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                "org.slf4j;version=2.0.20,org.slf4j.helpers;version=2.0.20,org.slf4j.spi;version=2.0.20"));
        framework.start();
        for (Path jar : jars()) {
            Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
            if ("io.tenon.lib.grpc".equals(bundle.getSymbolicName())) {
                grpc = bundle;
            }
        }
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            bundle.start();
        }
    }

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(TimeUnit.SECONDS.toMillis(10));
    }

    @Test
    void everyBundleIsActive() {
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            assertEquals(Bundle.ACTIVE, bundle.getState(), bundle.getSymbolicName());
        }
    }

    @Test
    void providersOfAllUnpackedJarsAreFound() throws ReflectiveOperationException {
        Object balancers = callStatic("io.grpc.LoadBalancerRegistry", "getDefaultRegistry");
        for (String policy : List.of("pick_first", "round_robin")) {
            assertNotNull(balancers.getClass().getMethod("getProvider", String.class).invoke(balancers, policy), policy);
        }
        assertNotNull(callStatic("io.grpc.ServerProvider", "provider"));
        assertNotNull(callStatic("io.grpc.ManagedChannelProvider", "provider"));
    }

    @Test
    void epollIsLoadedFromTheBundle() throws ReflectiveOperationException {
        assertNull(callStatic("io.netty.channel.epoll.Epoll", "unavailabilityCause"));
        assertEquals(true, callStatic("io.netty.channel.epoll.Epoll", "isAvailable"));
    }

    private Object callStatic(String type, String method) throws ReflectiveOperationException {
        Class<?> loaded = grpc.loadClass(type);
        assertTrue(loaded.getClassLoader() != getClass().getClassLoader(), "loaded outside the framework");
        return loaded.getMethod(method).invoke(null);
    }

    private static List<Path> jars() throws IOException {
        var jars = new ArrayList<Path>();
        for (Path folder : List.of(TARGET, TARGET.resolve("bundles"))) {
            try (var found = Files.newDirectoryStream(folder, "*.jar")) {
                found.forEach(jars::add);
            }
        }
        return jars;
    }
}
