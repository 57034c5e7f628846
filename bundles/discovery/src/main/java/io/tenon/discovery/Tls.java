package io.tenon.discovery;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tenon.api.config.DiscoveryChoice;
import io.tenon.api.config.DiscoveryChoice.Endpoint;
import io.tenon.spi.discovery.DiscoveryException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** How connections to the registry are encrypted. The files are read for each, since they may be renewed
 * while the member waits. */
final class Tls {
    private final DiscoveryChoice.Tls choice;

    Tls(DiscoveryChoice.Tls choice) {
        this.choice = choice;
    }

    /** Empty when the connection to this endpoint is in the clear: it says so, or says nothing and the flags do not speak of TLS. */
    Optional<SslContext> of(Endpoint endpoint) throws DiscoveryException {
        boolean meant = endpoint.scheme().equals("https") || endpoint.scheme().isEmpty() && (!choice.insecureTransport() || choice.hasFiles());
        return meant ? Optional.of(context()) : Optional.empty();
    }

    private SslContext context() throws DiscoveryException {
        try {
            SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
            if (choice.insecureSkipVerify()) {
                builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
            } else if (!choice.caFile().isEmpty()) {
                builder.trustManager(Pem.certificates(Path.of(choice.caFile())));
            }
            if (!choice.certFile().isEmpty()) {
                builder.keyManager(Pem.privateKey(Path.of(choice.keyFile())), Pem.certificates(Path.of(choice.certFile())).toArray(X509Certificate[]::new));
            }
            return builder.build();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
            throw new DiscoveryException("discovery: TLS cannot be set up as --discovery-cacert, --discovery-cert and --discovery-key say: "
                    + unusable.getMessage(), unusable);
        }
    }
}
