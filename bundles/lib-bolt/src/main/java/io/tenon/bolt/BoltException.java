package io.tenon.bolt;

import java.io.IOException;

/** A file is no bolt file, or is damaged. The message names the page and what is wrong with it. */
public final class BoltException extends IOException {
    private static final long serialVersionUID = 1L;

    BoltException(String problem) {
        super(problem);
    }

    BoltException(long page, String problem) {
        super("page " + Long.toUnsignedString(page) + ": " + problem);
    }
}
