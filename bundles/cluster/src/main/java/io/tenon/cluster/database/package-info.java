/** The state as etcd's own database file. */
package io.tenon.cluster.database;
