package io.tenon.v2store;

import io.tenon.api.Refusals;
import io.tenon.api.v2.V2Node;
import io.tenon.api.v2.V2Result;
import io.tenon.wire.etcdserverpb.EmptyResponse;
import io.tenon.wire.etcdserverpb.Request;

/** Which of the tree's operations a logged request is (reference: v2 API, the table of requests). */
final class Requests {
    private final Tree tree;

    Requests(Tree tree) {
        this.tree = tree;
    }

    /** A {@link V2Result}; of a request that nobody waits for, an empty message. */
    Object apply(Request request, Tree.Changes changes) {
        if (request.getMethod().equals("SYNC")) {
            tree.expireUpTo(request.getTime(), changes);
            return EmptyResponse.getDefaultInstance();
        }
        try {
            return run(request, changes);
        } catch (Refused refused) {
            return refused.error();
        }
    }

    private V2Result run(Request request, Tree.Changes changes) {
        return switch (request.getMethod()) {
            case "QGET" -> read(request);
            case "POST" -> tree.createInOrder(request.getPath(), content(request), changes);
            case "PUT" -> put(request, changes);
            case "DELETE" -> isConditional(request) ? tree.compareAndDelete(request.getPath(), condition(request), changes)
                    : tree.delete(request.getPath(), reach(request), changes);
            default -> throw Refusals.UNKNOWN_METHOD.asException();
        };
    }

    /** A read of this member's tree. */
    V2Result read(Request request) {
        try {
            return tree.get(request.getPath(), request.getRecursive() ? Integer.MAX_VALUE : 1);
        } catch (Refused refused) {
            return refused.error();
        }
    }

    private V2Result put(Request request, Tree.Changes changes) {
        String path = request.getPath();
        if (request.hasPrevExist() && !request.getPrevExist()) {
            return tree.create(path, content(request), changes);
        }
        if (isConditional(request)) {
            return tree.compareAndSwap(path, condition(request), content(request), changes);
        }
        return request.hasPrevExist() ? tree.update(path, content(request), changes) : tree.set(path, content(request), changes);
    }

    private static boolean isConditional(Request request) {
        return request.getPrevIndex() != 0 || !request.getPrevValue().isEmpty();
    }

    private static Tree.Condition condition(Request request) {
        return new Tree.Condition(request.getPrevValue(), request.getPrevIndex());
    }

    private static Tree.Content content(Request request) {
        return new Tree.Content(request.getDir() ? V2Node.Kind.DIRECTORY : V2Node.Kind.FILE, request.getVal(), request.getExpiration(),
                request.getRefresh() ? Tree.Value.KEPT : Tree.Value.GIVEN);
    }

    private static Tree.Reach reach(Request request) {
        if (request.getRecursive()) {
            return Tree.Reach.EVERYTHING;
        }
        return request.getDir() ? Tree.Reach.EMPTY_DIRECTORY : Tree.Reach.FILE;
    }
}
