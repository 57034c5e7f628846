package io.tenon.spi.node;

/**
 * Something that has to be found in order before the node serves clients. Registered by the bundle that makes the check, without a slot, once the
 * node knows its identity. Whoever finds the node unfit calls {@link io.tenon.api.NodeControl#fail} and never says yes. A provider that goes
 * away is not waited for; the one that takes its place begins anew.
 */
public interface StartCheck {

    /**
     * Whether the node may serve. The first call begins the check, and the calls after it tell how it stands. The kernel asks again and again,
     * from one thread, once the state is caught up with the cluster's; returns at once. Every check says yes or fails the node within a
     * time that its bundle names.
     */
    boolean passed();
}
