package io.tenon.runtime.node;

import io.tenon.api.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * The services that bundles provide for the contracts, as they come and go. Slots are left out: they are the kernel's own. Whoever listens
 * is told on the thread that started or stops the bundle; a removal is told before the bundle loses its service, and the bundle waits.
 */
final class Providers {
    private final BundleContext bundles;
    private final Listener listener;
    private final Map<Object, Bundle> present = new LinkedHashMap<>();
    private final List<ServiceTracker<Object, Object>> trackers = new ArrayList<>();

    /** Told of changes. */
    interface Listener {

        void added(Object provider, Bundle bundle);

        void removed(Object provider, Bundle bundle);
    }

    Providers(BundleContext bundles, Listener listener) {
        this.bundles = bundles;
        this.listener = listener;
    }

    /** Starts to look for providers of these contracts. A service under several of them is told once. */
    void track(List<Class<?>> contracts) throws org.osgi.framework.InvalidSyntaxException {
        StringBuilder filter = new StringBuilder("(&(!(").append(Slot.PROPERTY).append("=true))(|");
        contracts.forEach(contract -> filter.append("(objectClass=").append(contract.getName()).append(')'));
        ServiceTracker<Object, Object> tracker = new ServiceTracker<>(bundles, bundles.createFilter(filter.append("))").toString()),
                new Customizer());
        trackers.add(tracker);
        tracker.open();
    }

    synchronized <T> List<T> all(Class<T> contract) {
        return present.keySet().stream().filter(contract::isInstance).map(contract::cast).toList();
    }

    synchronized <T> Optional<T> first(Class<T> contract) {
        return all(contract).stream().findFirst();
    }

    synchronized List<Object> ofBundle(Bundle bundle) {
        return present.entrySet().stream().filter(entry -> entry.getValue() == bundle).map(Map.Entry::getKey).toList();
    }

    synchronized Optional<Bundle> bundleOf(Object provider) {
        return Optional.ofNullable(present.get(provider));
    }

    void close() {
        trackers.forEach(ServiceTracker::close);
    }

    private final class Customizer implements ServiceTrackerCustomizer<Object, Object> {

        @Override
        public Object addingService(ServiceReference<Object> reference) {
            Object service = bundles.getService(reference);
            if (service != null) {
                synchronized (Providers.this) {
                    present.put(service, reference.getBundle());
                }
                listener.added(service, reference.getBundle());
            }
            return service;
        }

        @Override
        public void modifiedService(ServiceReference<Object> reference, Object service) {
            // Properties of providers are not used.
        }

        @Override
        public void removedService(ServiceReference<Object> reference, Object service) {
            Bundle bundle;
            synchronized (Providers.this) {
                bundle = present.remove(service);
            }
            listener.removed(service, bundle);
            bundles.ungetService(reference);
        }
    }
}
