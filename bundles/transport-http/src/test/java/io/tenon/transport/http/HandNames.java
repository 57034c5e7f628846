package io.tenon.transport.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** The name service of these tests: some names are this machine, others take as long as a test wants and are none. */
public final class HandNames extends InetAddressResolverProvider {
    static final String HERE = ".here.test";
    static final String SLOW = ".slow.test";
    private static volatile CountDownLatch released = new CountDownLatch(0);

    /** From now on slow names are not answered until the latch is counted down. */
    static CountDownLatch holdSlowOnes() {
        released = new CountDownLatch(1);
        return released;
    }

    @Override
    public String name() {
        return "tests";
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver system = configuration.builtinResolver();
        return new InetAddressResolver() {

            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                if (host.endsWith(SLOW)) {
                    await();
                    throw new UnknownHostException(host);
                }
                return host.endsWith(HERE) ? Stream.of(InetAddress.ofLiteral("127.0.0.1")) : system.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return system.lookupByAddress(address);
            }
        };
    }

    private static void await() throws UnknownHostException {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("interrupted");
        }
    }
}
