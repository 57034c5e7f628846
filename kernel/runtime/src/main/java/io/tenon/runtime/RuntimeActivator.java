package io.tenon.runtime;

import io.tenon.runtime.node.Kernel;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** Starts the kernel with the framework and stops it with it. */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class RuntimeActivator implements BundleActivator {
    private Kernel kernel;

    @Override
    public void start(BundleContext bundles) throws Exception {
        kernel = new Kernel(bundles);
        kernel.start();
    }

    @Override
    public void stop(BundleContext bundles) {
        kernel.stop();
    }
}
