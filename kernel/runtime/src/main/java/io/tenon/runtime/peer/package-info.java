/** Between consensus and the transports. */
package io.tenon.runtime.peer;
