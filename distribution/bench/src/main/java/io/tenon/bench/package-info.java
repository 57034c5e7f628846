/**
 * A load generator for any etcd v3 endpoint. Requests are encoded once and responses are not parsed where nothing is asked of them, so
 * that it can saturate a server from fewer cores than the server has.
 */
package io.tenon.bench;
