/** What is done to a cluster, and when. */
package io.tenon.chaos.fault;
