/** One member, with everything a real one has, on a simulated machine. */
package io.tenon.simulator.member;
