/** Clusters of real processes under load and faults, and a judge of what their clients saw. */
package io.tenon.chaos;
