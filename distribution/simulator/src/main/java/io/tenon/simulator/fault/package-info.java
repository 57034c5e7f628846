/** What goes wrong. */
package io.tenon.simulator.fault;
