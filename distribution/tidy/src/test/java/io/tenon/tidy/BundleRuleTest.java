package io.tenon.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import org.junit.jupiter.api.Test;

class BundleRuleTest {

    @Test
    void bundleMayImportKernelOsgiLibrariesAndTheJdk() {
        assertEquals(List.of(), complaints("bundles/wal", Map.of("Bundle-SymbolicName", "io.tenon.wal", "Import-Package",
                "io.tenon.api.kv;version=\"[0.1,1)\",io.tenon.spi.log,io.tenon.wire.raftpb,org.osgi.framework,"
                        + "org.slf4j;version=\"[2.0,3)\",com.google.protobuf,javax.net.ssl"), "io.tenon.wal", "io.tenon.wal.frame"));
    }

    @Test
    void bundleMayNotImportAnotherBundle() {
        assertEquals(List.of("bundles/wal imports io.tenon.raft", "bundles/wal imports org.example"),
                complaints("bundles/wal", Map.of("Bundle-SymbolicName", "io.tenon.wal",
                        "Import-Package", "io.tenon.raft;resolution:=optional,org.example;version=\"[1,2)\"")));
    }

    @Test
    void bundleMayNotExport() {
        var manifest = Map.of("Export-Package", "io.tenon.x;version=\"1\";uses:=\"a,b\"");
        assertEquals(List.of("bundles/x exports io.tenon.x"), complaints("bundles/x", named("io.tenon.x", manifest)));
        assertEquals(List.of("kernel/runtime exports io.tenon.x"),
                complaints("kernel/runtime", named("io.tenon.runtime", manifest)));
        assertEquals(List.of(), complaints("bundles/lib-x", named("io.tenon.lib.x", manifest)));
        assertEquals(List.of(), complaints("kernel/wire", named("io.tenon.wire", manifest)));
    }

    @Test
    void libraryBundleMayImportAnythingButTenon() {
        assertEquals(List.of("bundles/lib-x imports io.tenon.api"),
                complaints("bundles/lib-x", named("io.tenon.lib.x", Map.of("Import-Package", "org.example,io.tenon.api"))));
    }

    @Test
    void nothingReachesOtherBundlesByOtherHeaders() {
        assertEquals(List.of("bundles/x has DynamicImport-Package: *", "bundles/x has Require-Bundle: io.tenon.wal"),
                complaints("bundles/x", named("io.tenon.x",
                        Map.of("DynamicImport-Package", "*", "Require-Bundle", "io.tenon.wal"))));
    }

    @Test
    void folderIsNameIsRootPackage() {
        assertEquals("io.tenon.storage.mvstore", BundleRule.symbolicName("bundles/storage-mvstore"));
        assertEquals("io.tenon.edge.grpc", BundleRule.symbolicName("bundles/api-grpc"));
        assertEquals("io.tenon.api", BundleRule.symbolicName("kernel/api"));
        assertEquals(List.of("bundles/x is named io.tenon.y instead of io.tenon.x", "bundles/x contains package io.tenon.y"),
                complaints("bundles/x", Map.of("Bundle-SymbolicName", "io.tenon.y"), "io.tenon.x.inner", "io.tenon.y", "com.embedded"));
        assertEquals(List.of("bundles/x is named null instead of io.tenon.x"), complaints("bundles/x", Map.of()));
    }

    @Test
    void libraryOfOurOwnIsCalledWhatItIs() {
        assertEquals(List.of("bundles/lib-bolt contains package io.tenon.lib.bolt"),
                complaints("bundles/lib-bolt", Map.of("Bundle-SymbolicName", "io.tenon.lib.bolt"), "io.tenon.bolt", "io.tenon.lib.bolt"));
        assertEquals(List.of(), complaints("bundles/cluster", named("io.tenon.cluster", Map.of("Import-Package", "io.tenon.bolt"))));
    }

    private static Map<String, String> named(String name, Map<String, String> headers) {
        var all = new HashMap<>(headers);
        all.put("Bundle-SymbolicName", name);
        return all;
    }

    private static List<String> complaints(String module, Map<String, String> headers, String... packages) {
        var manifest = new Attributes();
        headers.forEach(manifest::putValue);
        return BundleRule.complaints(module, manifest, new TreeSet<>(Set.of(packages)));
    }
}
