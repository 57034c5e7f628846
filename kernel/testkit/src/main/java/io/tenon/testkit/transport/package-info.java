/** The suite that every transport between members runs, and what plays the node on either side of it. */
package io.tenon.testkit.transport;
