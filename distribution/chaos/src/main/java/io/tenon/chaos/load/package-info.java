/** Clients that put, read, watch and lease, and write down what they saw. */
package io.tenon.chaos.load;
