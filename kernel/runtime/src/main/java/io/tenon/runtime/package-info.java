/** What runs the node: slots, the way of a proposal, the apply loop and the storage coordinator. */
package io.tenon.runtime;
