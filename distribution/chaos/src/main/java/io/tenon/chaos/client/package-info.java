/** Calls of etcd's gRPC services. */
package io.tenon.chaos.client;
