/** Log segments and snapshot files in etcd's own format. */
package io.tenon.wal;
