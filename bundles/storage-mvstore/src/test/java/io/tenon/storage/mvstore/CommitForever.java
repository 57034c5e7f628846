package io.tenon.storage.mvstore;

import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.testkit.storage.CommitScript;
import java.nio.file.Path;

/** A process that commits until it is killed, and says after each flush what is durable. */
final class CommitForever {
    static final CommitScript SCRIPT = new CommitScript(9, 80);

    private CommitForever() {
    }

    public static void main(String[] arguments) throws Exception {
        EngineSession session = new MvStoreEngine().open(Path.of(arguments[0]), new EngineOptions(1 << 20, true));
        System.out.println("open " + session.applied().index());
        for (int i = (int) session.applied().index() + 1;; i++) {
            session.commit(SCRIPT.batch(i), SCRIPT.mark(i));
            if (i % 4 == 0) {
                System.out.println("flushed " + session.flush().index());
            }
            if (i % 3 == 0) {
                session.reclaim(5_000_000);
            }
            if (i % 25 == 0) {
                session.defragment();
            }
        }
    }
}
