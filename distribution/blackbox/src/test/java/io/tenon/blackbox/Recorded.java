package io.tenon.blackbox;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Calls and answers recorded from an etcd 3.5.30 with default ids. */
final class Recorded {

    private Recorded() {
    }

    /** One unary call. */
    record Step(String name, String method, byte[] request, int status, String message, List<String> responses) {
    }

    static List<Step> unary(String file) {
        return steps(file).stream().map(step -> new Step(step.get("step").getAsString(), step.get("rpc").getAsString(),
                bytes(step.get("request_hex").getAsString()), step.get("grpc_status").getAsInt(), step.get("grpc_message").getAsString(),
                step.getAsJsonArray("responses_hex").asList().stream().map(hex -> hex.getAsString()).toList())).toList();
    }

    static List<JsonObject> steps(String file) {
        try (Reader reader = new InputStreamReader(Recorded.class.getResourceAsStream("/recorded/" + file), StandardCharsets.UTF_8)) {
            return new Gson().fromJson(reader, JsonObject.class).getAsJsonArray("steps").asList().stream()
                    .map(step -> step.getAsJsonObject()).toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
