package io.tenon.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.stream.Collectors;

/**
 * Who may know whom. Every bundle imports the kernel's contracts and messages, OSGi and library packages, and nothing of another
 * bundle; only kernel and library bundles export. A bundle that exports nothing can be updated with no other one restarted.
 */
final class BundleRule {

    private static final Set<String> KERNEL_EXPORTERS = Set.of("kernel/api", "kernel/wire");

    /** Packages of library bundles, each with all below it. A new library is named here and in docs/adr. */
    private static final List<String> LIBRARIES = List.of("org.slf4j", "com.google.protobuf", "com.google.common", "com.google.rpc",
            "io.grpc", "io.netty", "io.perfmark", "org.eclipse.jetty", "org.h2.mvstore", "org.apache.felix.service.command",
            "io.tenon.bolt");

    private static final List<String> KERNEL = List.of("io.tenon.api", "io.tenon.spi", "io.tenon.wire");

    /** What the JDK itself offers, besides java.*, which is never imported. */
    private static final Set<String> JDK = ModuleLayer.boot().modules().stream()
            .flatMap(module -> module.getDescriptor().exports().stream())
            .filter(export -> !export.isQualified())
            .map(export -> export.source())
            .collect(Collectors.toSet());

    private BundleRule() {}

    /** Folder to symbolic name: the edges say "edge" where their folder says "api", which is the kernel's package. */
    static String symbolicName(String module) {
        String folder = module.substring(module.indexOf('/') + 1);
        return "io.tenon." + (module.startsWith("bundles/api-") ? folder.replaceFirst("api-", "edge-") : folder).replace('-', '.');
    }

    /**
     * One sentence for each breach of the rule; empty when there is none.
     *
     * @param module folder from the root, such as {@code bundles/wal}
     * @param manifest main section of the built jar's manifest
     * @param packages packages with classes in the jar
     */
    static List<String> complaints(String module, Attributes manifest, Set<String> packages) {
        var complaints = new ArrayList<String>();
        String name = symbolicName(module);
        if (!List.of(name).equals(Headers.names(manifest.getValue("Bundle-SymbolicName")))) {
            complaints.add("is named " + manifest.getValue("Bundle-SymbolicName") + " instead of " + name);
        }
        boolean library = module.startsWith("bundles/lib-");
        if (!library && !KERNEL_EXPORTERS.contains(module)) {
            Headers.names(manifest.getValue("Export-Package")).forEach(each -> complaints.add("exports " + each));
        }
        for (String imported : Headers.names(manifest.getValue("Import-Package"))) {
            if (library ? within(imported, "io.tenon") : !mayImport(imported)) {
                complaints.add("imports " + imported);
            }
        }
        for (String header : List.of("DynamicImport-Package", "Require-Bundle", "Fragment-Host")) {
            if (manifest.getValue(header) != null) {
                complaints.add("has " + header + ": " + manifest.getValue(header));
            }
        }
        for (String own : packages) {
            if (within(own, "io.tenon") && !inRoom(module, name, own)) {
                complaints.add("contains package " + own);
            }
        }
        return complaints.stream().map(complaint -> module + " " + complaint).toList();
    }

    private static boolean inRoom(String module, String name, String own) {
        return within(own, room(module, name)) || module.equals("kernel/api") && within(own, "io.tenon.spi");
    }

    /** A library of our own is called by its packages what it is: {@code bundles/lib-bolt} is a bolt. */
    private static String room(String module, String name) {
        return module.startsWith("bundles/lib-") ? name.replace(".lib.", ".") : name;
    }

    private static boolean mayImport(String imported) {
        return KERNEL.stream().anyMatch(root -> within(imported, root))
                || LIBRARIES.stream().anyMatch(root -> within(imported, root))
                || within(imported, "org.osgi")
                || JDK.contains(imported);
    }

    private static boolean within(String name, String root) {
        return name.equals(root) || name.startsWith(root + ".");
    }
}
