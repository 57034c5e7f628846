package io.tenon.shell;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Component;

/**
 * {@code tenon:start}, {@code tenon:stop} and {@code tenon:update}: Felix's commands take numbers alone in some places, these a bundle's name as
 * well. What is done lasts until the node's next start, which begins from the image.
 */
@Component(service = BundleCommands.class, immediate = true,
        property = {"osgi.command.scope=tenon", "osgi.command.function=start", "osgi.command.function=stop", "osgi.command.function=update"})
public final class BundleCommands {

    /** Called by Gogo. */
    public String start(Bundle bundle) throws BundleException {
        bundle.start();
        return state(bundle);
    }

    /** Called by Gogo. */
    public String stop(Bundle bundle) throws BundleException {
        bundle.stop();
        return state(bundle);
    }

    /** Reads the bundle's jar again. Called by Gogo. */
    public String update(Bundle bundle) throws BundleException {
        bundle.update();
        return state(bundle);
    }

    private static String state(Bundle bundle) {
        String state = switch (bundle.getState()) {
            case Bundle.ACTIVE -> "active";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.RESOLVED, Bundle.INSTALLED -> "stopped";
            default -> "uninstalled";
        };
        return bundle.getSymbolicName() + " " + state;
    }
}
