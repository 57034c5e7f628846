package io.tenon.testkit.state;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Keeps the one answer, and fails when there is a second. */
public final class RecordedReply<T> implements Reply<T> {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private volatile Refusal refusal;

    @Override
    public void accept(T value) {
        if (!answer.complete(value)) {
            throw new IllegalStateException("answered twice, then with " + value);
        }
    }

    @Override
    public void refuse(Refusal no) {
        refusal = no;
        if (!answer.completeExceptionally(no.asException())) {
            throw new IllegalStateException("answered twice, then with " + no);
        }
    }

    public boolean done() {
        return answer.isDone();
    }

    /** The answer; waits for another thread to give it. */
    public T answer() {
        try {
            return answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("refused: " + refusal, e);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + DEADLINE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The refusal; waits for another thread to give it. */
    public Refusal refusal() {
        try {
            T value = answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            throw new AssertionError("not refused but answered: " + value);
        } catch (ExecutionException e) {
            return refusal;
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + DEADLINE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
