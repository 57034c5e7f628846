package io.tenon.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sizes over the ceiling that were there before the rule. They may shrink and go; nothing may join or grow. */
record Ratchet(Map<String, Integer> allowed) {

    /** @param lines one "name size" each; empty lines and lines that begin with # are skipped */
    static Ratchet parse(List<String> lines) {
        var allowed = new TreeMap<String, Integer>();
        for (String line : lines) {
            if (!line.isBlank() && !line.startsWith("#")) {
                int gap = line.lastIndexOf(' ');
                allowed.put(line.substring(0, gap).strip(), Integer.valueOf(line.substring(gap + 1)));
            }
        }
        return new Ratchet(allowed);
    }

    /** One sentence for each difference between what is and what is allowed; empty when there is none. */
    List<String> complaints(Map<String, Integer> over) {
        var complaints = new ArrayList<String>();
        over.forEach((name, size) -> {
            Integer limit = allowed.get(name);
            if (limit == null) {
                complaints.add(name + " has " + size + " lines: divide it");
            } else if (size > limit) {
                complaints.add(name + " grew from " + limit + " to " + size + " lines: divide it");
            } else if (size < limit) {
                complaints.add(name + " shrank from " + limit + " to " + size + " lines: lower its entry");
            }
        });
        allowed.forEach((name, size) -> {
            if (!over.containsKey(name)) {
                complaints.add(name + " no longer needs its entry of " + size + " lines: remove it");
            }
        });
        return complaints;
    }
}
