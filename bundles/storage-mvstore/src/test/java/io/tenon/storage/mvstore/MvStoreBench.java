package io.tenon.storage.mvstore;

import io.tenon.testkit.storage.EngineBench;
import java.nio.file.Path;

/** Run by hand: {@code MvStoreBench <empty folder> [rows] [rows per commit]}. */
final class MvStoreBench {
    private MvStoreBench() {
    }

    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
        int rowsPerCommit = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10_000;
        new EngineBench(new MvStoreEngine(), Path.of(arguments[0]), System.out).run(rows, rowsPerCommit);
    }
}
