/** Disks and storage engines that crash. */
package io.tenon.simulator.disk;
