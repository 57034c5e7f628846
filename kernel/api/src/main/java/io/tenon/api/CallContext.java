package io.tenon.api;

import java.util.concurrent.Executor;

/**
 * What a service knows of the call it answers.
 *
 * @param home  the caller's own thread (an event loop): work given to it runs there, batched, in order. Work of more than a few
 *              microseconds does not belong on it
 * @param token the auth token that came with the call, empty when there was none
 */
public record CallContext(Executor home, String token) {
}
