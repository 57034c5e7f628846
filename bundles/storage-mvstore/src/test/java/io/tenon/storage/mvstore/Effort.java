package io.tenon.storage.mvstore;

/** How long the tests that try many cases go on: {@code -Dtest.jvm="… -Dtenon.test.long=true"} for many more of them. */
final class Effort {
    private static final boolean LONG = Boolean.getBoolean("tenon.test.long");

    private Effort() {
    }

    static int of(int normal, int many) {
        return LONG ? many : normal;
    }
}
