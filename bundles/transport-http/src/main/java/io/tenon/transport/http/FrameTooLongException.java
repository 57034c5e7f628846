package io.tenon.transport.http;

import java.io.IOException;

/** A peer announces more bytes than one message may have. */
final class FrameTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    FrameTooLongException(long length, long most) {
        super("a frame of " + Long.toUnsignedString(length) + " bytes, longer than " + most);
    }
}
