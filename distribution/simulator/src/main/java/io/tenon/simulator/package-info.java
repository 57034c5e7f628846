/** Runs whole clusters on one thread, in virtual time: one seed decides the cluster, its load and its faults. */
package io.tenon.simulator;
