package io.tenon.spi.log;

/** The metadata record of a log: whose it is. */
public record LogIdentity(long memberId, long clusterId) {
}
