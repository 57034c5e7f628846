package io.tenon.transport.http;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What was recorded between members of etcd 3.5.30. */
final class Vectors {
    private Vectors() {
    }

    /** @param name {@code rafthttp} or {@code peer_http} */
    static JsonObject read(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream(name + ".json")) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8)).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
