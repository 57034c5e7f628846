package io.tenon.edge.grpc;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A method with one request and one answer.
 *
 * @param encoder      makes the response from the service's answer
 * @param learnerMayDo whether a member without a vote answers such a request
 * @param <Q>          the request
 * @param <A>          the service's answer
 */
record UnaryMethod<Q extends MessageLite, A>(String name, Parser<Q> parser, Function<A, Outgoing> encoder, Action<Q, A> action,
                                             Predicate<Q> learnerMayDo) {

    /** What the method does. */
    @FunctionalInterface
    interface Action<Q, A> {
        void call(Q request, CallContext context, Reply<A> reply);
    }

    /** A method whose answer is the response message itself. */
    static <Q extends MessageLite, A extends MessageLite> UnaryMethod<Q, A> of(String name, Parser<Q> parser, Action<Q, A> action) {
        return new UnaryMethod<>(name, parser, MessageOut::new, action, request -> false);
    }

    /** A method whose request says nothing. */
    static <Q extends MessageLite, A extends MessageLite> UnaryMethod<Q, A> asking(String name, Parser<Q> parser,
                                                                                   BiConsumer<CallContext, Reply<A>> action) {
        return of(name, parser, (request, context, reply) -> action.accept(context, reply));
    }

    UnaryMethod<Q, A> learnerMay(Predicate<Q> allowed) {
        return new UnaryMethod<>(name, parser, encoder, action, allowed);
    }
}
