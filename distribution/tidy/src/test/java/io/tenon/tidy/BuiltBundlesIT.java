package io.tenon.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** Applies {@link BundleRule} to the jars that this build has just made. */
class BuiltBundlesIT {

    /** The kernel's modules that are no bundles: the one starts the framework, the other tests it. */
    private static final Set<String> PLAIN_JARS = Set.of("kernel/launcher", "kernel/testkit");

    @Test
    void everyBundleKeepsToItsRoom() throws IOException {
        var house = House.here();
        var complaints = new ArrayList<String>();
        int checked = 0;
        for (String module : house.modules()) {
            if (PLAIN_JARS.contains(module)) {
                continue;
            }
            var jar = house.jar(module);
            if (jar.isEmpty()) {
                complaints.add(module + " has no jar: build it, and name it as a module");
                continue;
            }
            try (var content = new JarFile(jar.get().toFile())) {
                complaints.addAll(BundleRule.complaints(module, content.getManifest().getMainAttributes(), packages(content)));
                checked++;
            }
        }
        assertEquals("", String.join("\n", complaints));
        assertTrue(checked >= 10, "only " + checked + " bundles found");
    }

    private static Set<String> packages(JarFile jar) {
        var packages = new TreeSet<String>();
        jar.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".class") && name.indexOf('/') > 0)
                .forEach(name -> packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.')));
        return packages;
    }
}
