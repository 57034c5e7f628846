package io.tenon.shell;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/** Who is at the other end of a local socket, as the system says. */
record Caller(String user) {
    private static final String ROOT = "root";

    static Caller of(SocketChannel channel) throws IOException {
        return new Caller(channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName());
    }

    /** The node's own user, and root, who may do anything to it already. */
    boolean mayEnter(String owner) {
        return user.equals(owner) || user.equals(ROOT);
    }
}
