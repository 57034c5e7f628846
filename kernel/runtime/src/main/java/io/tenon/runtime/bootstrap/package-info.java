/** How a member comes into being: as one of a new cluster, by joining one, or alone from the data of one that is lost. */
package io.tenon.runtime.bootstrap;
