/** What must hold, whatever goes wrong. */
package io.tenon.simulator.check;
