package io.tenon.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Clusters that run side by side and are measured in turn. */
final class Clusters implements AutoCloseable {
    private final List<ClusterUnderTest> all = new ArrayList<>();

    /** Starts them. @param servers {@code NAME=COMMAND} each */
    static Clusters start(List<String> servers) throws Exception {
        Clusters clusters = new Clusters();
        try {
            for (String text : servers) {
                ClusterUnderTest cluster = new ClusterUnderTest(text);
                clusters.all.add(cluster);
                cluster.start();
                System.err.println(cluster.name() + ": three members serve");
            }
            return clusters;
        } catch (Exception failure) {
            clusters.close();
            throw failure;
        }
    }

    List<ClusterUnderTest> all() {
        return all;
    }

    @Override
    public void close() throws IOException {
        for (ClusterUnderTest cluster : all) {
            cluster.close();
        }
    }
}
