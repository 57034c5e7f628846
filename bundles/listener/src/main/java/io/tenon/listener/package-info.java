/** The client ports: TLS, HTTP/2 to gRPC services, HTTP/1.1 to Jetty handlers. */
package io.tenon.listener;
