/** Leases: who holds them, when they end, what hangs on them. */
package io.tenon.lease;
