package io.tenon.auth;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.wire.authpb.Role;
import io.tenon.wire.authpb.User;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Rows of buckets {@code auth}, {@code authUsers} and {@code authRoles}, as etcd stores them (reference: disk, bolt file, etcd content). */
final class AuthRow {
    static final byte[] ENABLED_KEY = utf8("authEnabled");
    static final byte[] REVISION_KEY = utf8("authRevision");

    private AuthRow() {
    }

    static byte[] key(String name) {
        return utf8(name);
    }

    static byte[] enabled(boolean now) {
        return new byte[] {(byte) (now ? 1 : 0)};
    }

    static byte[] revision(long revision) {
        return ByteBuffer.allocate(Long.BYTES).putLong(revision).array();
    }

    static boolean readEnabled(byte[] value) {
        return value.length == 1 && value[0] == 1;
    }

    /** @throws EngineCorruptException the row cannot be read */
    static long readRevision(byte[] value) {
        if (value.length != Long.BYTES) {
            throw corrupt("authRevision");
        }
        return ByteBuffer.wrap(value).getLong();
    }

    /** @throws EngineCorruptException the row cannot be read */
    static User readUser(byte[] key, byte[] value) {
        try {
            User user = User.parseFrom(value);
            if (user.getName().equals(ByteString.copyFrom(key))) {
                return user;
            }
        } catch (InvalidProtocolBufferException e) {
            throw new EngineCorruptException("row of a user cannot be read", e);
        }
        throw corrupt("authUsers/" + text(key));
    }

    /** @throws EngineCorruptException the row cannot be read */
    static Role readRole(byte[] key, byte[] value) {
        try {
            Role role = Role.parseFrom(value);
            if (role.getName().equals(ByteString.copyFrom(key))) {
                return role;
            }
        } catch (InvalidProtocolBufferException e) {
            throw new EngineCorruptException("row of a role cannot be read", e);
        }
        throw corrupt("authRoles/" + text(key));
    }

    private static EngineCorruptException corrupt(String row) {
        return new EngineCorruptException("row " + row + " cannot be read");
    }

    private static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
