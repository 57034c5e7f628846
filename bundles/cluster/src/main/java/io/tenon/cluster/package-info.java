/** Membership, cluster version and what else the log says about the cluster itself. */
package io.tenon.cluster;
