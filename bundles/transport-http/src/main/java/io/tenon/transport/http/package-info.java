/**
 * Peers over HTTP as etcd speaks it: two long answers from each member to each other one carry the messages, single requests what has no such
 * way, and a request of its own a snapshot.
 */
package io.tenon.transport.http;
