package io.tenon.api;

/**
 * Where an answer goes. Exactly one of the two methods is called, once, on any thread; both return at once and never throw.
 *
 * @param <T> the answer
 */
public interface Reply<T> {

    void accept(T answer);

    void refuse(Refusal refusal);
}
