/** What {@code bin/tenon-shell} runs. Uses the JDK alone: it is started from the bundle's jar without a framework. */
package io.tenon.shell.client;
