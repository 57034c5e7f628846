package io.tenon.auth;

import io.tenon.api.Refusals;
import io.tenon.api.config.NodeConfig;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Handover;
import io.tenon.spi.state.PermissionPort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.authpb.Role;
import io.tenon.wire.authpb.User;
import io.tenon.wire.etcdserverpb.AuthDisableResponse;
import io.tenon.wire.etcdserverpb.AuthEnableResponse;
import io.tenon.wire.etcdserverpb.AuthRoleAddResponse;
import io.tenon.wire.etcdserverpb.AuthRoleDeleteResponse;
import io.tenon.wire.etcdserverpb.AuthRoleGetResponse;
import io.tenon.wire.etcdserverpb.AuthRoleGrantPermissionResponse;
import io.tenon.wire.etcdserverpb.AuthRoleListResponse;
import io.tenon.wire.etcdserverpb.AuthRoleRevokePermissionResponse;
import io.tenon.wire.etcdserverpb.AuthStatusResponse;
import io.tenon.wire.etcdserverpb.AuthUserAddResponse;
import io.tenon.wire.etcdserverpb.AuthUserChangePasswordResponse;
import io.tenon.wire.etcdserverpb.AuthUserDeleteResponse;
import io.tenon.wire.etcdserverpb.AuthUserGetResponse;
import io.tenon.wire.etcdserverpb.AuthUserGrantRoleResponse;
import io.tenon.wire.etcdserverpb.AuthUserListResponse;
import io.tenon.wire.etcdserverpb.AuthUserRevokeRoleResponse;
import io.tenon.wire.etcdserverpb.AuthenticateResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.RequestHeader;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users, roles and permissions as a part of the replicated state, and the check of entries against them. What a member answers without an entry
 * (reads, streams) is checked elsewhere or not at all.
 */
@Component(service = StateMachine.class, immediate = true)
public final class AuthMachine implements StateMachine, PermissionPort {
    private static final Logger LOG = LoggerFactory.getLogger(AuthMachine.class);
    private static final int HANDOVER_FORMAT = 1;
    private static final String TTL_FLAG = "auth-token-ttl";
    private static final String DEFAULT_TTL_SECONDS = "300";
    private static final long SWEEP_NANOS = Duration.ofSeconds(1).toNanos();

    private final AuthState state = new AuthState();
    private final Tokens tokens;
    private final AuthChanges changes;
    private final Permissions permissions = new Permissions(state);
    private long sweepAtNanos;

    @Activate
    public AuthMachine(@Reference NodeConfig config) {
        this(Duration.ofSeconds(Long.parseLong(config.flags().getOrDefault(TTL_FLAG, DEFAULT_TTL_SECONDS))));
    }

    AuthMachine(Duration tokenTtl) {
        tokens = new Tokens(tokenTtl.toNanos());
        changes = new AuthChanges(state, tokens);
    }

    @Override
    public String id() {
        return "auth";
    }

    @Override
    public int order() {
        return 25;
    }

    @Override
    public Set<RequestKind> kinds() {
        return Set.of(RequestKind.AUTH);
    }

    /** The first row of {@code auth} is written with the membership's first. */
    @Override
    public Set<Bucket> buckets() {
        return Set.of(Bucket.AUTH, Bucket.AUTH_USERS, Bucket.AUTH_ROLES);
    }

    @Override
    public void restore(EngineView view, Ports ports) {
        state.clear();
        tokens.clear();
        for (Bucket bucket : List.of(Bucket.AUTH, Bucket.AUTH_USERS, Bucket.AUTH_ROLES)) {
            view.scanVerified(bucket, (key, value) -> {
                state.load(new AuthState.Row(bucket, key, value));
                return true;
            });
        }
        tell();
    }

    private void tell() {
        LOG.info("auth enabled={} revision={} users={} roles={}", state.enabled(), state.revision(), state.userNames().size(),
                state.roleNames().size());
    }

    @Override
    public void check(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        if (state.enabled()) {
            permissions.check(context, kind, request);
        }
    }

    @Override
    public RequestHeader asRoot() {
        return state.enabled() ? RequestHeader.newBuilder().setUsername(AuthState.ROOT).setAuthRevision(state.revision()).build()
                : RequestHeader.getDefaultInstance();
    }

    @Override
    public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        if (kind != RequestKind.AUTH) {
            throw new IllegalStateException("entry of kind " + kind + " given to auth");
        }
        boolean before = state.enabled();
        Object answer = answer(context, request);
        if (before != state.enabled()) {
            tell();
        }
        return answer;
    }

    private Object answer(ApplyContext context, InternalRaftRequest request) {
        ResponseHeader header = context.header(context.ports().keyspace().revision());
        if (request.hasAuthEnable()) {
            changes.enable(context);
            return AuthEnableResponse.newBuilder().setHeader(header).build();
        }
        if (request.hasAuthDisable()) {
            changes.disable(context);
            return AuthDisableResponse.newBuilder().setHeader(header).build();
        }
        if (request.hasAuthStatus()) {
            return AuthStatusResponse.newBuilder().setHeader(header).setEnabled(state.enabled()).setAuthRevision(state.revision()).build();
        }
        if (request.hasAuthenticate()) {
            return AuthenticateResponse.newBuilder().setHeader(header).setToken(changes.authenticate(context, request.getAuthenticate()))
                    .build();
        }
        return user(context, request, header).or(() -> role(context, request, header))
                .orElseThrow(() -> new IllegalStateException("entry of an unknown request about auth: " + request.getAllFields().keySet()));
    }

    private Optional<Object> user(ApplyContext context, InternalRaftRequest request, ResponseHeader header) {
        Object answer = null;
        if (request.hasAuthUserAdd()) {
            changes.add(context, request.getAuthUserAdd());
            answer = AuthUserAddResponse.newBuilder().setHeader(header).build();
        } else if (request.hasAuthUserDelete()) {
            changes.deleteUser(context, request.getAuthUserDelete().getName());
            answer = AuthUserDeleteResponse.newBuilder().setHeader(header).build();
        } else if (request.hasAuthUserChangePassword()) {
            changes.changePassword(context, request.getAuthUserChangePassword());
            answer = AuthUserChangePasswordResponse.newBuilder().setHeader(header).build();
        } else if (request.hasAuthUserGrantRole()) {
            changes.grant(context, request.getAuthUserGrantRole());
            answer = AuthUserGrantRoleResponse.newBuilder().setHeader(header).build();
        } else if (request.hasAuthUserRevokeRole()) {
            changes.revoke(context, request.getAuthUserRevokeRole());
            answer = AuthUserRevokeRoleResponse.newBuilder().setHeader(header).build();
        } else if (request.hasAuthUserGet()) {
            User user = state.user(request.getAuthUserGet().getName()).orElseThrow(Refusals.USER_NAME_NOT_FOUND::asException);
            answer = AuthUserGetResponse.newBuilder().setHeader(header).addAllRoles(user.getRolesList()).build();
        } else if (request.hasAuthUserList()) {
            answer = AuthUserListResponse.newBuilder().setHeader(header).addAllUsers(state.userNames()).build();
        }
        return Optional.ofNullable(answer);
    }

    private Optional<Object> role(ApplyContext context, InternalRaftRequest request, ResponseHeader header) {
        Object answer = null;
        if (request.hasAuthRoleAdd()) {
            changes.addRole(context, request.getAuthRoleAdd().getName());
            answer = AuthRoleAddResponse.newBuilder().setHeader(header).build();
        } else if (request.hasAuthRoleDelete()) {
            changes.deleteRole(context, request.getAuthRoleDelete().getRole());
            answer = AuthRoleDeleteResponse.newBuilder().setHeader(header).build();
        } else if (request.hasAuthRoleGrantPermission()) {
            changes.grant(context, request.getAuthRoleGrantPermission());
            answer = AuthRoleGrantPermissionResponse.newBuilder().setHeader(header).build();
        } else if (request.hasAuthRoleRevokePermission()) {
            changes.revoke(context, request.getAuthRoleRevokePermission());
            answer = AuthRoleRevokePermissionResponse.newBuilder().setHeader(header).build();
        } else if (request.hasAuthRoleGet()) {
            Role role = state.role(request.getAuthRoleGet().getRole()).orElseThrow(Refusals.ROLE_NAME_NOT_FOUND::asException);
            answer = AuthRoleGetResponse.newBuilder().setHeader(header).addAllPerm(role.getKeyPermissionList()).build();
        } else if (request.hasAuthRoleList()) {
            answer = AuthRoleListResponse.newBuilder().setHeader(header).addAllRoles(state.roleNames()).build();
        }
        return Optional.ofNullable(answer);
    }

    @Override
    public void tick(ApplyContext context, long nowNanos) {
        if (tokens.size() > 0 && nowNanos - sweepAtNanos >= 0) {
            sweepAtNanos = nowNanos + SWEEP_NANOS;
            tokens.sweep(nowNanos);
        }
    }

    /** The rows and the tokens. */
    @Override
    public Optional<Handover> handOver() {
        List<List<Object>> rows = state.rows().stream()
                .map(row -> List.<Object>of(row.bucket().bucketName(), row.key(), row.value())).toList();
        return Optional.of(new Handover(id(), HANDOVER_FORMAT, List.of(rows, tokens.toLists())));
    }

    @Override
    public boolean takeOver(Handover handover, Ports ports) {
        if (handover.format() != HANDOVER_FORMAT || !(handover.content() instanceof List<?> content)
                || !(content.get(0) instanceof List<?> rows) || !(content.get(1) instanceof List<?> held)) {
            return false;
        }
        state.clear();
        tokens.clear();
        for (Object row : rows) {
            List<?> columns = (List<?>) row;
            Bucket bucket = Bucket.of((String) columns.get(0)).orElseThrow();
            state.load(new AuthState.Row(bucket, (byte[]) columns.get(1), (byte[]) columns.get(2)));
        }
        tokens.load(held);
        return true;
    }

    /** For tests: who a token stands for. */
    Optional<String> userOf(String token, long nowNanos) {
        return tokens.use(token, nowNanos);
    }
}
