/** TLS between members: certificates from PEM files that may change while the node runs, and who may connect. */
package io.tenon.transport.http.tls;
