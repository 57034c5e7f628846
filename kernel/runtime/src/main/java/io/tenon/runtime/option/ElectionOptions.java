package io.tenon.runtime.option;

import io.tenon.api.status.OptionStatus;
import io.tenon.spi.election.ElectionOption;
import io.tenon.spi.election.ElectionRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election options that are deployed, as values: what an option says is read once, when it comes, so that its bundle may vanish at any
 * instant. Any thread.
 */
public final class ElectionOptions {
    private static final Logger LOG = LoggerFactory.getLogger(ElectionOptions.class);

    /** By name; replaced, never changed. */
    private volatile List<Deployed> deployed = List.of();

    /** The service is kept to know it again, and never called. */
    private record Deployed(ElectionOption service, OptionStatus values) {
    }

    /** Called while the option's bundle is certainly there. An option that cannot say what it is counts for nothing. */
    public void add(ElectionOption option) {
        OptionStatus values;
        try {
            values = new OptionStatus(option.name(), ordered(option.rules()), option.documentation());
        } catch (RuntimeException broken) {
            LOG.error("election option cannot be read and is left out class={}", option.getClass().getName(), broken);
            return;
        }
        change(option, List.of(new Deployed(option, values)));
        LOG.info("election option deployed option={} rules={}", values.name(), values.rules());
    }

    public void remove(ElectionOption option) {
        deployed.stream().filter(one -> one.service() == option)
                .forEach(one -> LOG.info("election option withdrawn option={}", one.values().name()));
        change(option, List.of());
    }

    private synchronized void change(ElectionOption option, List<Deployed> with) {
        List<Deployed> next = new ArrayList<>(with);
        deployed.stream().filter(one -> one.service() != option).forEach(next::add);
        next.sort(Comparator.comparing(one -> one.values().name()));
        deployed = List.copyOf(next);
    }

    /** What is deployed, by name. */
    public List<OptionStatus> deployed() {
        return deployed.stream().map(Deployed::values).toList();
    }

    /** The union of all that is deployed. */
    public Set<ElectionRule> rules() {
        EnumSet<ElectionRule> all = EnumSet.noneOf(ElectionRule.class);
        deployed.forEach(one -> all.addAll(one.values().rules()));
        return Collections.unmodifiableSet(all);
    }

    private static Set<ElectionRule> ordered(Set<ElectionRule> rules) {
        EnumSet<ElectionRule> copy = EnumSet.noneOf(ElectionRule.class);
        copy.addAll(rules);
        return Collections.unmodifiableSet(copy);
    }
}
