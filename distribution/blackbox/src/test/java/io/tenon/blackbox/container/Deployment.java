package io.tenon.blackbox.container;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;

import io.tenon.blackbox.EmbeddedNode;
import io.tenon.blackbox.TenonServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ops4j.pax.exam.Constants;
import org.ops4j.pax.exam.Option;

/** What the framework holds: the image's node, all of it. */
final class Deployment {

    private Deployment() {
    }

    static Option[] options(Path folder) throws IOException {
        String url = "http://127.0.0.1:" + TenonServer.freePort();
        // A working directory that was never used: the container does not clean the framework's cache.
        List<Option> options = new ArrayList<>(List.of(workingDirectory(folder.resolve("work").toString()),
                frameworkStartLevel(Constants.START_LEVEL_TEST_BUNDLE),
                systemPackages(EmbeddedNode.SLF4J.split(",")),
                systemPackages("org.junit.jupiter.api", "org.junit.jupiter.api.function", "org.junit.jupiter.api.extension",
                        "org.opentest4j"),
                frameworkProperty("felix.service.urlhandlers").value("false"),
                frameworkProperty("ds.loglevel").value("warn"),
                frameworkProperty("tenon.flag.data-dir").value(folder.resolve("node.etcd").toString()),
                frameworkProperty("tenon.flag.listen-client-urls").value(url),
                frameworkProperty("tenon.flag.listen-peer-urls").value("http://127.0.0.1:0"),
                frameworkProperty("tenon.flag.advertise-client-urls").value(url)));
        for (int level = 1; level <= EmbeddedNode.NODE_LEVEL; level++) {
            for (Path jar : EmbeddedNode.jarsOf(level)) {
                options.add(bundle("reference:" + jar.toUri()).startLevel(level));
            }
        }
        return options.toArray(Option[]::new);
    }
}
