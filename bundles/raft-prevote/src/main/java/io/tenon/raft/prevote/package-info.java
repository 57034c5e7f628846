/** The option of polling before a campaign. */
package io.tenon.raft.prevote;
