package io.tenon.launcher.discovery;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** SRV records of the domain name system, by the platform's own resolver. */
public final class SrvRecords {
    private static final String TYPE = "SRV";
    /** Priority, weight, port, target. */
    private static final int FIELDS = 4;

    private final Hashtable<String, String> environment = new Hashtable<>();

    private SrvRecords(String server) {
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, server);
    }

    /** Asks the servers that this machine is configured with. */
    public static SrvRecords ofMachine() {
        return new SrvRecords("dns:");
    }

    /** Asks this server alone. */
    public static SrvRecords of(String host, int port) {
        return new SrvRecords("dns://" + host + ":" + port);
    }

    /** Where a service is. */
    public record Target(String host, int port) {
    }

    /**
     * The targets of {@code _service._tcp.domain}, in the order in which they were answered; at least one.
     *
     * @throws NamingException there are none, or the servers do not answer
     */
    public List<Target> lookup(String service, String domain) throws NamingException {
        String name = "_" + service + "._tcp." + domain;
        InitialDirContext dns = new InitialDirContext(environment);
        try {
            Optional<Attribute> records = Optional.ofNullable(dns.getAttributes(name, new String[] {TYPE}).get(TYPE));
            if (records.isEmpty()) {
                throw new NamingException("no SRV records");
            }
            return targets(records.get());
        } finally {
            dns.close();
        }
    }

    private static List<Target> targets(Attribute records) throws NamingException {
        List<Target> targets = new ArrayList<>();
        NamingEnumeration<?> each = records.getAll();
        while (each.hasMore()) {
            String record = String.valueOf(each.next());
            String[] fields = record.split(" ");
            if (fields.length != FIELDS) {
                throw new NamingException("record cannot be read: " + record);
            }
            String host = fields[FIELDS - 1];
            targets.add(new Target(host.endsWith(".") ? host.substring(0, host.length() - 1) : host, Integer.parseInt(fields[FIELDS - 2])));
        }
        return targets;
    }
}
