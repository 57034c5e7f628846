package io.tenon.transport.http;

import io.tenon.spi.transport.PeerInbox;

/**
 * What everything that belongs to one peer needs.
 *
 * @param delivery where messages of peers go
 * @param inbox    who hears of peers that cannot be reached
 * @param onGone   told when a peer says that this member was removed; any thread, any number of times
 */
record Parts(Identity identity, Connector connector, HttpCalls calls, Delivery delivery, PeerInbox inbox, Runnable onGone) {
}
