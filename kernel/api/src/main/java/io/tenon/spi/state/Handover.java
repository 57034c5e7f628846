package io.tenon.spi.state;

/**
 * State that is parked in the kernel between two versions of a bundle.
 *
 * @param format  version of the content
 * @param content JDK types only (arrays, collections, boxes, strings): the bundle's class loader must not be kept by it. Types of the
 *                kernel's contracts are allowed
 */
public record Handover(String machine, int format, Object content) {
}
