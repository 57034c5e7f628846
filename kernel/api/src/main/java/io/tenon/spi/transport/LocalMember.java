package io.tenon.spi.transport;

/**
 * Who this node is among its peers. The kernel registers it as a service when its log is open, before consensus starts, so a transport
 * that refers to it begins when it is known whom it speaks for. Fixed.
 */
public record LocalMember(long memberId, long clusterId) {
}
