package io.tenon.api.v2;

/** What a request of the v2 API is answered with when it is applied: the proposal's answer for a body {@code v2}. */
public sealed interface V2Result permits V2Event, V2Error {

    /** The tree's index after the request. */
    long index();
}
