package io.tenon.members;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts the places at which a member may crash, and has it crash at one of them. Not before it is armed. */
final class Arrows {
    private final Runnable copyOfDisk;
    private final List<String> passed = new ArrayList<>();
    private boolean armed;
    private int crashAt;
    private Optional<String> crashed = Optional.empty();

    /** @param copyOfDisk keeps what the disk has at the moment of the crash */
    Arrows(Runnable copyOfDisk) {
        this.copyOfDisk = copyOfDisk;
    }

    /** @param at number of the place, from 1 on; 0 for none */
    void arm(int at) {
        armed = true;
        crashAt = at;
    }

    void pass(String where) {
        crashed.ifPresent(before -> {
            throw new Crash(before);
        });
        if (!armed) {
            return;
        }
        passed.add(where);
        if (passed.size() == crashAt) {
            copyOfDisk.run();
            crashed = Optional.of(where);
            throw new Crash(where);
        }
    }

    List<String> passed() {
        return passed;
    }

    Optional<String> crashed() {
        return crashed;
    }
}
