package io.tenon.transport.http;

/** Another member: which, where, and what was exchanged with it. */
record Remote(long id, UrlPicker urls, Traffic traffic) {

    String hex() {
        return Identity.hex(id);
    }
}
