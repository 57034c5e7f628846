package io.tenon.spi.election;

import java.util.Set;

/** A named set of rules that a bundle contributes while it runs. The kernel unions the sets and hands them over at a tick. */
public interface ElectionOption {

    String name();

    Set<ElectionRule> rules();

    /** One sentence for operators: what this changes and what it costs. */
    String documentation();
}
