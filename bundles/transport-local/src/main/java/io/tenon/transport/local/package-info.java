/**
 * Peers that live in one JVM, each in a framework and class space of its own: they meet in a map that hangs in the system properties and holds
 * nothing but objects of the JDK.
 */
package io.tenon.transport.local;
