/** The option of leaders that know whether they still lead. */
package io.tenon.raft.checkquorum;
