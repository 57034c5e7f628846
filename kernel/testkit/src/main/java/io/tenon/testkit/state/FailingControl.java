package io.tenon.testkit.state;

import io.tenon.api.NodeControl;

/** A node that is never expected to end: whoever ends it fails the test. */
public enum FailingControl implements NodeControl {
    INSTANCE;

    @Override
    public void fail(String message) {
        throw new AssertionError(message);
    }

    @Override
    public void finish(String message) {
        throw new AssertionError(message);
    }
}
