package io.tenon.api.status;

import io.tenon.spi.election.ElectionRule;
import java.util.Set;

/**
 * An election option that is deployed.
 *
 * @param rules what it contributes, in the order of their declaration; empty when a flag switched it off
 */
public record OptionStatus(String name, Set<ElectionRule> rules, String documentation) {
}
