package io.tenon.v2store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.v2.V2Error;
import io.tenon.api.v2.V2Event;
import io.tenon.api.v2.V2Node;
import io.tenon.wire.etcdserverpb.Request;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Requests that a client sent to etcd 3.5.30, one after the other, and what it answered. */
class RecordedRequestsTest {
    private static final Map<Integer, String> MESSAGES = Map.of(V2Error.KEY_NOT_FOUND, "Key not found", V2Error.COMPARE_FAILED, "Compare failed",
            V2Error.NOT_A_FILE, "Not a file", V2Error.KEY_ALREADY_EXISTS, "Key already exists", V2Error.ROOT_IS_READ_ONLY, "Root is read only",
            V2Error.DIRECTORY_NOT_EMPTY, "Directory not empty", V2Error.NOT_A_DIRECTORY, "Not a directory");
    private static final long LATER_NANOS = 4_000_000_000_000_000_000L;
    private static final long SOON_NANOS = 2_000_000_000_000_000_000L;

    private final TreeNode node = new TreeNode(3);

    @Test
    void answersAreTheRecordedOnes() throws IOException {
        List<String> lines;
        try (var stream = getClass().getResourceAsStream("/keys.txt")) {
            lines = new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        for (String line : lines) {
            String[] step = line.split("\t", -1);
            if (step[1].equals("/ts/") || step[0].equals("GET") && step[1].equals("/exp")) {
                // In the recording time passed here.
                node.apply(Request.newBuilder().setMethod("SYNC").setTime(SOON_NANOS + 1).build());
            }
            Map<String, String> form = form(step[1], step[2]);
            String expected = step[3].replaceAll("\"expiration\":\"[^\"]*\"(,\"ttl\":\\d+)?", "\"expires\":1");
            Object answer = node.apply(request(step[0], step[1], form));
            assertEquals(expected, form.containsKey("noValueOnSuccess") ? "{\"action\":\"set\"}" : json(answer), line);
        }
        assertTrue(lines.size() > 50);
    }

    private static Map<String, String> form(String path, String body) {
        Map<String, String> form = new HashMap<>();
        String query = path.contains("?") ? path.substring(path.indexOf('?') + 1) : "";
        for (String pair : (query + "&" + (body.startsWith("{") ? "" : body)).split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", -1);
                form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    private static Request request(String method, String path, Map<String, String> form) {
        String key = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
        Request.Builder request = Request.newBuilder().setMethod(method.equals("GET") ? "QGET" : method)
                .setPath("/1" + URLDecoder.decode(key, StandardCharsets.UTF_8)).setVal(form.getOrDefault("value", ""))
                .setDir(form.containsKey("dir")).setPrevValue(form.getOrDefault("prevValue", ""))
                .setPrevIndex(Long.parseLong(form.getOrDefault("prevIndex", "0"))).setRecursive(form.containsKey("recursive"))
                .setSorted(form.containsKey("sorted"));
        if (form.containsKey("prevExist")) {
            request.setPrevExist(Boolean.parseBoolean(form.get("prevExist")));
        }
        if (form.containsKey("refresh")) {
            request.setRefresh(true);
        }
        String ttl = form.getOrDefault("ttl", "");
        if (!ttl.isEmpty()) {
            request.setExpiration(ttl.length() == 1 ? SOON_NANOS : LATER_NANOS);
        }
        return request.build();
    }

    private static String json(Object answer) {
        return switch (answer) {
            case V2Event event -> "{\"action\":\"" + event.action() + "\",\"node\":" + json(event.node())
                    + event.previous().map(node -> ",\"prevNode\":" + json(node)).orElse("") + "}";
            case V2Error error -> "{\"errorCode\":" + error.code() + ",\"message\":\"" + MESSAGES.get(error.code()) + "\",\"cause\":\""
                    + trimmed(error.cause()) + "\",\"index\":" + error.index() + "}";
            default -> answer.toString();
        };
    }

    private static String trimmed(String cause) {
        return cause.startsWith("/1") ? cause.substring(2) : cause;
    }

    private static String json(V2Node node) {
        if (node.key().equals("/1")) {
            return "{\"dir\":true}";
        }
        return "{\"key\":\"" + trimmed(node.key()) + "\"" + node.value().map(value -> ",\"value\":\"" + value + "\"").orElse("")
                + (node.kind() == V2Node.Kind.DIRECTORY ? ",\"dir\":true" : "") + node.expirationNanos().map(at -> ",\"expires\":1").orElse("")
                + (node.nodes().isEmpty() ? "" : node.nodes().stream().map(RecordedRequestsTest::json)
                        .collect(Collectors.joining(",", ",\"nodes\":[", "]")))
                + ",\"modifiedIndex\":" + node.modifiedIndex() + ",\"createdIndex\":" + node.createdIndex() + "}";
    }
}
