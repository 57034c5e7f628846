package io.tenon.auth;

import io.tenon.spi.storage.Bucket;
import io.tenon.wire.authpb.Permission;
import io.tenon.wire.authpb.Role;
import io.tenon.wire.authpb.User;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Users and roles at one index, with what follows from them. Owned by the apply loop but for {@link #enabled()} and {@link #revision()}, which
 * any thread may ask: with auth off they are all that a request pays.
 */
final class AuthState {
    static final String ROOT = "root";
    /** A store that never was changed. */
    private static final long FIRST_REVISION = 1;

    private final TreeMap<String, User> users = new TreeMap<>(AuthState::inByteOrder);
    private final TreeMap<String, Role> roles = new TreeMap<>(AuthState::inByteOrder);
    /** By user; made when they are asked for, forgotten at every change. */
    private final Map<String, Access> access = new HashMap<>();
    private volatile boolean enabled;
    private volatile long revision = FIRST_REVISION;

    /** What a user may read and write. */
    record Access(Granted read, Granted write) {
    }

    /** A stored row. */
    record Row(Bucket bucket, byte[] key, byte[] value) {
    }

    private static int inByteOrder(String one, String other) {
        return Arrays.compareUnsigned(AuthRow.key(one), AuthRow.key(other));
    }

    void clear() {
        users.clear();
        roles.clear();
        access.clear();
        enabled = false;
        revision = FIRST_REVISION;
    }

    void load(Row row) {
        switch (row.bucket) {
            case AUTH -> loadSetting(row);
            case AUTH_USERS -> {
                User user = AuthRow.readUser(row.key, row.value);
                users.put(user.getName().toStringUtf8(), user);
            }
            case AUTH_ROLES -> {
                Role role = AuthRow.readRole(row.key, row.value);
                roles.put(role.getName().toStringUtf8(), role);
            }
            case ALARM, CLUSTER, KEY, LEASE, MEMBERS, MEMBERS_REMOVED, META, TENON, TENON_V2 ->
                    throw new IllegalStateException("row of bucket " + row.bucket);
        }
    }

    private void loadSetting(Row row) {
        if (Arrays.equals(row.key, AuthRow.ENABLED_KEY)) {
            enabled = AuthRow.readEnabled(row.value);
        } else if (Arrays.equals(row.key, AuthRow.REVISION_KEY)) {
            revision = AuthRow.readRevision(row.value);
        }
    }

    /** Everything that {@link #load} needs to make this state again. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(Bucket.AUTH, AuthRow.ENABLED_KEY, AuthRow.enabled(enabled)));
        rows.add(new Row(Bucket.AUTH, AuthRow.REVISION_KEY, AuthRow.revision(revision)));
        users.forEach((name, user) -> rows.add(new Row(Bucket.AUTH_USERS, AuthRow.key(name), user.toByteArray())));
        roles.forEach((name, role) -> rows.add(new Row(Bucket.AUTH_ROLES, AuthRow.key(name), role.toByteArray())));
        return rows;
    }

    boolean enabled() {
        return enabled;
    }

    long revision() {
        return revision;
    }

    void enabled(boolean now) {
        enabled = now;
        access.clear();
    }

    void revision(long now) {
        revision = now;
        access.clear();
    }

    Optional<User> user(String name) {
        return Optional.ofNullable(users.get(name));
    }

    Optional<Role> role(String name) {
        return Optional.ofNullable(roles.get(name));
    }

    void put(User user) {
        users.put(user.getName().toStringUtf8(), user);
    }

    void put(Role role) {
        roles.put(role.getName().toStringUtf8(), role);
    }

    void removeUser(String name) {
        users.remove(name);
    }

    void removeRole(String name) {
        roles.remove(name);
    }

    /** In byte order. */
    List<String> userNames() {
        return List.copyOf(users.keySet());
    }

    /** In byte order. */
    List<String> roleNames() {
        return List.copyOf(roles.keySet());
    }

    boolean isRoot(String name) {
        return user(name).map(user -> user.getRolesList().contains(ROOT)).orElse(false);
    }

    Access access(User user) {
        return access.computeIfAbsent(user.getName().toStringUtf8(), name -> accessOf(user));
    }

    private Access accessOf(User user) {
        Granted.Builder read = new Granted.Builder();
        Granted.Builder write = new Granted.Builder();
        for (String name : user.getRolesList()) {
            role(name).ifPresent(role -> role.getKeyPermissionList().forEach(permission -> add(permission, read, write)));
        }
        return new Access(read.build(), write.build());
    }

    private static void add(Permission permission, Granted.Builder read, Granted.Builder write) {
        switch (permission.getPermType()) {
            case READ -> read.add(permission.getKey(), permission.getRangeEnd());
            case WRITE -> write.add(permission.getKey(), permission.getRangeEnd());
            case READWRITE -> {
                read.add(permission.getKey(), permission.getRangeEnd());
                write.add(permission.getKey(), permission.getRangeEnd());
            }
            case UNRECOGNIZED -> {
                // Says nothing, as in etcd.
            }
        }
    }
}
