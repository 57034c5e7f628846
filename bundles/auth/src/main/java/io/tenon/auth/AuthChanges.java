package io.tenon.auth;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.authpb.Permission;
import io.tenon.wire.authpb.Role;
import io.tenon.wire.authpb.User;
import io.tenon.wire.authpb.UserAddOptions;
import io.tenon.wire.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.tenon.wire.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.tenon.wire.etcdserverpb.AuthUserAddRequest;
import io.tenon.wire.etcdserverpb.AuthUserChangePasswordRequest;
import io.tenon.wire.etcdserverpb.AuthUserGrantRoleRequest;
import io.tenon.wire.etcdserverpb.AuthUserRevokeRoleRequest;
import io.tenon.wire.etcdserverpb.InternalAuthenticateRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What entries change of users and roles, with their rows (reference: gRPC behaviour, auth). Each change is one step of the revision, but
 * for switching on, which is none. A refusal comes before anything was changed. Apply loop.
 */
final class AuthChanges {
    static final Refusal PASSWORD_FOR_NO_PASSWORD_USER =
            Refusal.unknown("auth: authentication failed, password was given for no password user");
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});
    private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

    private final AuthState state;
    private final Tokens tokens;

    AuthChanges(AuthState state, Tokens tokens) {
        this.state = state;
        this.tokens = tokens;
    }

    void enable(ApplyContext context) {
        if (state.enabled()) {
            return;
        }
        User root = state.user(AuthState.ROOT).orElseThrow(Refusals.ROOT_USER_DOES_NOT_EXIST::asException);
        if (!root.getRolesList().contains(AuthState.ROOT)) {
            throw Refusals.ROOT_USER_DOES_NOT_HAVE_ROOT_ROLE.asException();
        }
        state.enabled(true);
        context.put(Bucket.AUTH, AuthRow.ENABLED_KEY, AuthRow.enabled(true));
    }

    void disable(ApplyContext context) {
        if (!state.enabled()) {
            return;
        }
        state.enabled(false);
        context.put(Bucket.AUTH, AuthRow.ENABLED_KEY, AuthRow.enabled(false));
        tokens.clear();
        commit(context);
    }

    void add(ApplyContext context, AuthUserAddRequest request) {
        if (request.getName().isEmpty()) {
            throw Refusals.USER_NAME_IS_EMPTY.asException();
        }
        if (state.user(request.getName()).isPresent()) {
            throw Refusals.USER_NAME_ALREADY_EXISTS.asException();
        }
        UserAddOptions options = request.getOptions();
        User.Builder user = User.newBuilder().setName(ByteString.copyFromUtf8(request.getName())).setOptions(options);
        if (!options.getNoPassword()) {
            user.setPassword(password(request.getHashedPassword(), request.getPassword()));
        }
        store(context, user.build());
        commit(context);
    }

    void deleteUser(ApplyContext context, String name) {
        if (state.enabled() && name.equals(AuthState.ROOT)) {
            throw Refusals.INVALID_AUTH_MANAGEMENT.asException();
        }
        user(name);
        state.removeUser(name);
        context.delete(Bucket.AUTH_USERS, AuthRow.key(name));
        tokens.dropOf(name);
        commit(context);
    }

    void changePassword(ApplyContext context, AuthUserChangePasswordRequest request) {
        User user = user(request.getName());
        User.Builder changed = user.toBuilder().clearPassword();
        if (!user.getOptions().getNoPassword()) {
            changed.setPassword(password(request.getHashedPassword(), request.getPassword()));
        }
        store(context, changed.build());
        tokens.dropOf(request.getName());
        commit(context);
    }

    void grant(ApplyContext context, AuthUserGrantRoleRequest request) {
        User user = user(request.getUser());
        if (!request.getRole().equals(AuthState.ROOT)) {
            role(request.getRole());
        }
        if (user.getRolesList().contains(request.getRole())) {
            return;
        }
        List<String> roles = new ArrayList<>(user.getRolesList());
        roles.add(request.getRole());
        roles.sort(Comparator.comparing(ByteString::copyFromUtf8, ORDER));
        store(context, user.toBuilder().clearRoles().addAllRoles(roles).build());
        commit(context);
    }

    void revoke(ApplyContext context, AuthUserRevokeRoleRequest request) {
        if (state.enabled() && request.getName().equals(AuthState.ROOT) && request.getRole().equals(AuthState.ROOT)) {
            throw Refusals.INVALID_AUTH_MANAGEMENT.asException();
        }
        User user = user(request.getName());
        if (!user.getRolesList().contains(request.getRole())) {
            throw Refusals.ROLE_IS_NOT_GRANTED_TO_THE_USER.asException();
        }
        takeRole(context, user, request.getRole());
        commit(context);
    }

    private void takeRole(ApplyContext context, User user, String role) {
        List<String> roles = user.getRolesList().stream().filter(one -> !one.equals(role)).toList();
        store(context, user.toBuilder().clearRoles().addAllRoles(roles).build());
        tokens.dropOf(user.getName().toStringUtf8());
    }

    void addRole(ApplyContext context, String name) {
        if (name.isEmpty()) {
            throw Refusals.ROLE_NAME_IS_EMPTY.asException();
        }
        if (state.role(name).isPresent()) {
            throw Refusals.ROLE_NAME_ALREADY_EXISTS.asException();
        }
        store(context, Role.newBuilder().setName(ByteString.copyFromUtf8(name)).build());
        commit(context);
    }

    void deleteRole(ApplyContext context, String name) {
        if (state.enabled() && name.equals(AuthState.ROOT)) {
            throw Refusals.INVALID_AUTH_MANAGEMENT.asException();
        }
        role(name);
        state.removeRole(name);
        context.delete(Bucket.AUTH_ROLES, AuthRow.key(name));
        for (String user : state.userNames()) {
            state.user(user).filter(one -> one.getRolesList().contains(name)).ifPresent(one -> takeRole(context, one, name));
        }
        commit(context);
    }

    void grant(ApplyContext context, AuthRoleGrantPermissionRequest request) {
        if (!request.hasPerm()) {
            throw Refusals.PERMISSION_NOT_GIVEN.asException();
        }
        Permission given = request.getPerm();
        if (!isRange(given)) {
            throw Refusals.INVALID_AUTH_MANAGEMENT.asException();
        }
        Role role = role(request.getName());
        List<Permission> all = new ArrayList<>(role.getKeyPermissionList());
        Optional<Permission> same = all.stream().filter(one -> isSame(one, given.getKey(), given.getRangeEnd())).findFirst();
        Permission stored = Permission.newBuilder().setPermType(given.getPermType()).setKey(given.getKey()).setRangeEnd(given.getRangeEnd())
                .build();
        if (same.isPresent()) {
            all.set(all.indexOf(same.get()), stored);
        } else {
            all.add(stored);
            all.sort(Comparator.comparing(Permission::getKey, ORDER));
        }
        store(context, role.toBuilder().clearKeyPermission().addAllKeyPermission(all).build());
        commit(context);
    }

    void revoke(ApplyContext context, AuthRoleRevokePermissionRequest request) {
        Role role = role(request.getRole());
        List<Permission> others = role.getKeyPermissionList().stream()
                .filter(one -> !isSame(one, request.getKey(), request.getRangeEnd())).toList();
        if (others.size() == role.getKeyPermissionCount()) {
            throw Refusals.PERMISSION_IS_NOT_GRANTED_TO_THE_ROLE.asException();
        }
        store(context, role.toBuilder().clearKeyPermission().addAllKeyPermission(others).build());
        commit(context);
    }

    /**
     * The token of a user whose password was checked by the member that proposed this. Without a simple token (its members sign their own) there is
     * none to remember.
     */
    String authenticate(ApplyContext context, InternalAuthenticateRequest request) {
        if (!state.enabled()) {
            throw Refusals.AUTHENTICATION_IS_NOT_ENABLED.asException();
        }
        User user = state.user(request.getName()).orElseThrow(Refusals.AUTHENTICATION_FAILED_INVALID_USER_ID_OR_PASSWORD::asException);
        if (user.getOptions().getNoPassword()) {
            throw PASSWORD_FOR_NO_PASSWORD_USER.asException();
        }
        if (request.getSimpleToken().isEmpty()) {
            return "";
        }
        String token = request.getSimpleToken() + "." + Long.toUnsignedString(context.mark().index());
        tokens.assign(token, request.getName(), context.nowNanos());
        return token;
    }

    private User user(String name) {
        return state.user(name).orElseThrow(Refusals.USER_NAME_NOT_FOUND::asException);
    }

    private Role role(String name) {
        return state.role(name).orElseThrow(Refusals.ROLE_NAME_NOT_FOUND::asException);
    }

    /** One key, or keys that are some. */
    private static boolean isRange(Permission given) {
        boolean one = given.getRangeEnd().isEmpty() || given.getRangeEnd().equals(ZERO);
        return !given.getKey().isEmpty() && (one || ORDER.compare(given.getKey(), given.getRangeEnd()) < 0);
    }

    private static boolean isSame(Permission permission, ByteString key, ByteString rangeEnd) {
        return permission.getKey().equals(key) && permission.getRangeEnd().equals(rangeEnd);
    }

    /**
     * The hash that the member that proposed this has made. One made here would differ from member to member, and so would the rows; etcd has not
     * logged a password since it logs hashes.
     */
    private static ByteString password(String hashed, String plain) {
        if (hashed.isEmpty() && !plain.isEmpty()) {
            throw new IllegalStateException("entry carries a password instead of its hash; it was logged by a version that is not supported");
        }
        return ByteString.copyFrom(Base64.getDecoder().decode(hashed));
    }

    private void store(ApplyContext context, User user) {
        state.put(user);
        context.put(Bucket.AUTH_USERS, user.getName().toByteArray(), bytes(user));
    }

    private void store(ApplyContext context, Role role) {
        state.put(role);
        context.put(Bucket.AUTH_ROLES, role.getName().toByteArray(), bytes(role));
    }

    private static byte[] bytes(Message message) {
        return message.toByteArray();
    }

    private void commit(ApplyContext context) {
        state.revision(state.revision() + 1);
        context.put(Bucket.AUTH, AuthRow.REVISION_KEY, AuthRow.revision(state.revision()));
    }
}
