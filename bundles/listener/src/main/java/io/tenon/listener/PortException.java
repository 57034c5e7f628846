package io.tenon.listener;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;

/** A client port cannot be opened; the message is what etcd prints. */
public final class PortException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final List<String> REASONS =
            List.of("address already in use", "permission denied", "cannot assign requested address");

    PortException(String message) {
        super(message);
    }

    PortException(String message, Throwable cause) {
        super(message, cause);
    }

    /** gRPC names the address in its message, and the system the reason. */
    static PortException of(IOException failure, List<InetSocketAddress> addresses) {
        String all = failure.getMessage() + (failure.getCause() == null ? "" : ": " + failure.getCause().getMessage());
        InetSocketAddress address = addresses.stream().filter(one -> all.contains(one.toString())).findFirst().orElse(addresses.getFirst());
        String reason = REASONS.stream().filter(all.toLowerCase(Locale.ROOT)::contains).findFirst().orElse(all);
        return new PortException("listen tcp " + Ports.text(address) + ": bind: " + reason, failure);
    }
}
