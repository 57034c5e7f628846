package io.tenon.blackbox.container;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.TestProbeBuilder;
import org.ops4j.pax.exam.nat.internal.NativeTestContainer;
import org.ops4j.pax.exam.spi.PaxExamRuntime;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Runs the tests of a class in a framework with the node's bundles in it: the class goes into a bundle of its own, and each of its test
 * methods is called there instead of outside. Only methods with {@code @Test} and a static field of type {@link BundleContext} mean
 * something inside.
 */
final class InContainer implements BeforeAllCallback, AfterAllCallback, InvocationInterceptor {
    private Path folder;
    private NativeTestContainer container;
    private Optional<Class<?>> inside = Optional.empty();

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Class<?> outside = context.getRequiredTestClass();
        folder = Files.createTempDirectory("tenon-container");
        ExamSystem system = PaxExamRuntime.createServerSystem(Deployment.options(folder));
        container = (NativeTestContainer) PaxExamRuntime.createContainer(system);
        container.start();
        TestProbeBuilder probe = system.createProbe();
        List<Method> tests = Stream.of(outside.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(Test.class)).toList();
        probe.addTests(outside, tests.toArray(Method[]::new));
        long id = container.installProbe(probe.build().getStream());
        Bundle bundle = container.getSystemBundle().getBundleContext().getBundle(id);
        inside = Optional.of(bundle.loadClass(outside.getName()));
        if (bundle.getState() != Bundle.ACTIVE) {
            throw new AssertionError("the tests' bundle is in state " + bundle.getState() + ", its start level may be above the framework's");
        }
        giveContext(bundle.getBundleContext());
    }

    private void giveContext(BundleContext context) throws IllegalAccessException {
        for (var field : inside.orElseThrow().getDeclaredFields()) {
            if (field.getType() == BundleContext.class && Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                field.set(null, context);
            }
        }
    }

    @Override
    public void interceptTestMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        var constructor = inside.orElseThrow().getDeclaredConstructor();
        constructor.setAccessible(true);
        Method method = inside.orElseThrow().getDeclaredMethod(call.getExecutable().getName());
        method.setAccessible(true);
        try {
            method.invoke(constructor.newInstance());
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (container != null) {
            container.stop();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
