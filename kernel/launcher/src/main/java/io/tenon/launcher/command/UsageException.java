package io.tenon.launcher.command;

/** The command line cannot be read. The message is in the words of Go's flag package. */
final class UsageException extends Exception {
    UsageException(String message) {
        super(message);
    }
}
