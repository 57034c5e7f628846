package io.tenon.runtime.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadWaitsTest {
    private final List<Refusal> refusals = new ArrayList<>();
    private final Reply<Long> reply = new Reply<>() {
        @Override
        public void accept(Long index) {
            throw new AssertionError("there is no consensus, so no index");
        }

        @Override
        public void refuse(Refusal refusal) {
            refusals.add(refusal);
        }
    };

    @Test
    void noMoreReadsWaitThanTheApplyLoopHasPlacesFor() {
        ReadWaits reads = new ReadWaits(Runnable::run, 1000, System::nanoTime);
        for (int number = 0; number < ReadWaits.MOST_WAITING; number++) {
            reads.ask(Optional.empty(), reply);
        }
        assertEquals(List.of(), refusals);
        reads.ask(Optional.empty(), reply);
        assertEquals(List.of(Refusals.TOO_MANY_REQUESTS), refusals);
        refusals.clear();
        reads.tick(Optional.empty(), System.nanoTime() + 1_000_000);
        assertEquals(ReadWaits.MOST_WAITING, refusals.size());
        refusals.clear();
        reads.ask(Optional.empty(), reply);
        assertEquals(List.of(), refusals);
    }
}
