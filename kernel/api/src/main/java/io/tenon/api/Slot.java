package io.tenon.api;

/**
 * Slots: for every contract the kernel registers one permanent service with the property {@value #PROPERTY}. Bundles reference slots
 * (with {@link #TARGET}) and never one another; providers register the same interface without the property and come and go behind it.
 */
public final class Slot {
    /** Service property that marks the kernel's permanent service of a contract. */
    public static final String PROPERTY = "tenon.slot";
    /** Target filter of a reference to a slot. */
    public static final String TARGET = "(tenon.slot=true)";

    private Slot() {
    }
}
