package io.tenon.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.tenon.api.RefusedException;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.RequestHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls of users that a client sent to etcd 3.5.30, one after the other: what was answered, and what was refused to whom. */
class RecordedAuthTest {
    private static final Map<String, String> BODIES = Map.ofEntries(Map.entry("AuthEnable", "auth_enable"), Map.entry("AuthStatus", "auth_status"),
            Map.entry("UserAdd", "auth_user_add"), Map.entry("UserGet", "auth_user_get"), Map.entry("UserList", "auth_user_list"),
            Map.entry("UserGrantRole", "auth_user_grant_role"), Map.entry("UserRevokeRole", "auth_user_revoke_role"),
            Map.entry("UserChangePassword", "auth_user_change_password"), Map.entry("RoleAdd", "auth_role_add"),
            Map.entry("RoleGet", "auth_role_get"), Map.entry("RoleList", "auth_role_list"),
            Map.entry("RoleGrantPermission", "auth_role_grant_permission"), Map.entry("RoleRevokePermission", "auth_role_revoke_permission"),
            Map.entry("Range", "range"), Map.entry("Put", "put"), Map.entry("DeleteRange", "delete_range"), Map.entry("Txn", "txn"));

    private final AuthNode node = new AuthNode();

    @Test
    void answersAreTheRecordedOnes() throws IOException {
        List<String> lines;
        try (var stream = getClass().getResourceAsStream("/auth.txt")) {
            lines = new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        for (String line : lines) {
            String[] step = line.split("\t", -1);
            assertEquals(expected(step), heard(step), step[0]);
        }
        assertTrue(lines.size() > 90);
    }

    private static String expected(String[] step) throws InvalidProtocolBufferException {
        if (!step[4].isEmpty()) {
            return step[4];
        }
        // Of the first field, the header, only the form is the same.
        byte[] response = HexFormat.of().parseHex(step[5]);
        return isOfKeys(step) ? "applied" : HexFormat.of().formatHex(response, 2 + response[1], response.length);
    }

    private static boolean isOfKeys(String[] step) {
        return !BODIES.get(step[2]).startsWith("auth");
    }

    private String heard(String[] step) throws InvalidProtocolBufferException {
        InternalRaftRequest.Builder entry = entry(step);
        try {
            if (isOfKeys(step)) {
                node.check(entry.build());
                return "applied";
            }
            Message answer = (Message) node.apply(entry);
            ByteString bytes = answer.toBuilder().clearField(answer.getDescriptorForType().findFieldByName("header")).build().toByteString();
            return HexFormat.of().formatHex(bytes.toByteArray());
        } catch (RefusedException refused) {
            return refused.refusal().text();
        }
    }

    private InternalRaftRequest.Builder entry(String[] step) throws InvalidProtocolBufferException {
        InternalRaftRequest.Builder entry = InternalRaftRequest.newBuilder();
        FieldDescriptor body = entry.getDescriptorForType().findFieldByName(BODIES.get(step[2]));
        Message.Builder request = entry.newBuilderForField(body).mergeFrom(HexFormat.of().parseHex(step[3]));
        FieldDescriptor hashed = request.getDescriptorForType().findFieldByName("hashedPassword");
        if (hashed != null) {
            FieldDescriptor plain = request.getDescriptorForType().findFieldByName("password");
            request.setField(hashed, AuthNode.hash((String) request.getField(plain))).clearField(plain);
        }
        entry.setField(body, request.build());
        if (step[1].equals("bob") || step[1].equals("root")) {
            entry.setHeader(node.header(step[1]));
        } else {
            entry.setHeader(RequestHeader.newBuilder().setID(7));
        }
        return entry;
    }
}
