package io.tenon.v2store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Paths of nodes: they begin with a slash and have none at their end. */
final class Paths {
    static final String ROOT = "/";

    private Paths() {
    }

    /** Without empty names, {@code .} and {@code ..}. */
    static String clean(String path) {
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/")) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return ROOT + String.join("/", names);
    }

    /** The names on the way from the root. */
    static List<String> names(String path) {
        return path.equals(ROOT) ? List.of() : List.of(path.substring(1).split("/"));
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static String parent(String path) {
        int end = path.lastIndexOf('/');
        return end == 0 ? ROOT : path.substring(0, end);
    }

    static String child(String path, String name) {
        return path.equals(ROOT) ? ROOT + name : path + "/" + name;
    }
}
