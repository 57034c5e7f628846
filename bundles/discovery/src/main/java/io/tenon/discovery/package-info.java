/** Finding the members of a new cluster in another, running etcd. */
package io.tenon.discovery;
