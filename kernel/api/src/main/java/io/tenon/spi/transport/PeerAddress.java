package io.tenon.spi.transport;

import java.net.URI;
import java.util.List;

/**
 * A member, and where its peers find it.
 *
 * @param urls its peer URLs; a member that was added with something that is no URL has none
 */
public record PeerAddress(long id, List<URI> urls) {

    public PeerAddress {
        urls = List.copyOf(urls);
    }
}
