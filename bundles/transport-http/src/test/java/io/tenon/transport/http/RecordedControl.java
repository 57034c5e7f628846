package io.tenon.transport.http;

import io.tenon.api.NodeControl;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes how a node was told to end. */
final class RecordedControl implements NodeControl {
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void fail(String message) {
        told.add("fail: " + message);
    }

    @Override
    public void finish(String message) {
        told.add("finish: " + message);
    }

    List<String> told() {
        return told;
    }
}
