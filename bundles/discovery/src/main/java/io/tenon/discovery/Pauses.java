package io.tenon.discovery;

import java.time.Duration;

/** Lets time go by. */
@FunctionalInterface
interface Pauses {

    void pause(Duration time) throws InterruptedException;
}
