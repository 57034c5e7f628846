/** The gRPC edge: etcd's v3 services. */
package io.tenon.edge.grpc;
