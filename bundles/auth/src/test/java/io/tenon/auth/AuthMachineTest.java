package io.tenon.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.RefusedException;
import io.tenon.spi.state.Handover;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.authpb.Permission;
import io.tenon.wire.authpb.UserAddOptions;
import io.tenon.wire.etcdserverpb.AuthDisableRequest;
import io.tenon.wire.etcdserverpb.AuthRoleAddRequest;
import io.tenon.wire.etcdserverpb.AuthRoleDeleteRequest;
import io.tenon.wire.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.tenon.wire.etcdserverpb.AuthUserAddRequest;
import io.tenon.wire.etcdserverpb.AuthUserChangePasswordRequest;
import io.tenon.wire.etcdserverpb.AuthUserDeleteRequest;
import io.tenon.wire.etcdserverpb.AuthUserGrantRoleRequest;
import io.tenon.wire.etcdserverpb.AuthUserRevokeRoleRequest;
import io.tenon.wire.etcdserverpb.AuthenticateResponse;
import io.tenon.wire.etcdserverpb.InternalAuthenticateRequest;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RequestHeader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept of users, and who may do what. */
class AuthMachineTest {

    @Test
    void rowsAreThoseOfEtcd() {
        AuthNode node = AuthNode.enabled();
        assertEquals("01", node.row(Bucket.AUTH, "authEnabled"));
        assertEquals("0000000000000004", node.row(Bucket.AUTH, "authRevision"), "switching on is no step");
        // name, password, no roles, options that say nothing
        assertEquals("0a03626f62120968617368206f6620622200", node.row(Bucket.AUTH_USERS, "bob"));
        assertEquals("0a04726f6f74120968617368206f6620721a04726f6f742200", node.row(Bucket.AUTH_USERS, "root"));
        addReader(node, "reader");
        assertEquals("0a06726561646572" + "1208080112016b1a016d", node.row(Bucket.AUTH_ROLES, "reader"));
        node.applyAs("root", InternalRaftRequest.newBuilder().setAuthUserDelete(AuthUserDeleteRequest.newBuilder().setName("bob")));
        assertEquals("none", node.row(Bucket.AUTH_USERS, "bob"));
        node.applyAs("root", InternalRaftRequest.newBuilder().setAuthDisable(AuthDisableRequest.getDefaultInstance()));
        assertEquals("00", node.row(Bucket.AUTH, "authEnabled"));
        assertEquals(node.revision(), 4 + 2 + 1 + 1);
        AuthNode after = new AuthNode(node.node.saved());
        assertEquals(node.revision(), after.revision());
        assertEquals(RequestHeader.getDefaultInstance(), after.machine.asRoot());
    }

    @Test
    void restartAndSuccessorCheckAlike() {
        AuthNode node = AuthNode.enabled();
        addReader(node, "reader");
        grant(node, "bob", "reader");
        AuthNode restarted = new AuthNode(node.node.saved());
        AuthNode successor = new AuthNode();
        assertTrue(successor.machine.takeOver(node.machine.handOver().orElseThrow(), successor.node.ports()));
        for (AuthNode one : List.of(node, restarted, successor)) {
            one.check(put("k").setHeader(node.header("bob")).build());
            assertEquals(Refusals.PERMISSION_DENIED, refusal(one, put("m").setHeader(node.header("bob"))));
            assertEquals(node.machine.asRoot(), one.machine.asRoot());
        }
        assertFalse(successor.machine.takeOver(new Handover("auth", 99, List.of()), successor.node.ports()));
    }

    @Test
    void nobodyIsCheckedWhileAuthIsOff() {
        AuthNode node = new AuthNode();
        node.check(put("k").build());
        node.check(put("k").setHeader(RequestHeader.newBuilder().setUsername("nobody").setAuthRevision(1)).build());
        assertEquals(RequestHeader.getDefaultInstance(), node.machine.asRoot());
    }

    @Test
    void whoWasCheckedAgainstOlderPermissionsIsCheckedAgain() {
        AuthNode node = AuthNode.enabled();
        RequestHeader old = node.header("root");
        addReader(node, "reader");
        assertEquals(Refusals.REVISION_OF_AUTH_STORE_IS_OLD, refusal(node, put("k").setHeader(old)));
        node.check(put("k").setHeader(node.machine.asRoot()).build());
        assertEquals(Refusals.USER_NAME_IS_EMPTY, refusal(node, put("k")));
        assertEquals(Refusals.PERMISSION_DENIED, refusal(node, put("k").setHeader(node.header("ghost"))));
    }

    @Test
    void takingARoleAwayTakesItsKeysAway() {
        AuthNode node = AuthNode.enabled();
        addReader(node, "reader");
        grant(node, "bob", "reader");
        node.check(put("l").setHeader(node.header("bob")).build());
        node.applyAs("root", InternalRaftRequest.newBuilder().setAuthRoleDelete(AuthRoleDeleteRequest.newBuilder().setRole("reader")));
        assertEquals(Refusals.PERMISSION_DENIED, refusal(node, put("l").setHeader(node.header("bob"))));
        assertEquals("0a03626f62120968617368206f6620622200", node.row(Bucket.AUTH_USERS, "bob"), "the role is gone from the user too");
    }

    @Test
    void whoEndsALeaseOrHangsAKeyOnItMustBeAllowedItsKeys() {
        AuthNode node = AuthNode.enabled();
        addReader(node, "reader");
        grant(node, "bob", "reader");
        node.node.fakeLeases().grant(7);
        node.node.fakeLeases().attach(7, ByteString.copyFromUtf8("k"));
        InternalRaftRequest.Builder revoke = InternalRaftRequest.newBuilder().setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(7));
        InternalRaftRequest.Builder attach = InternalRaftRequest.newBuilder().setPut(
                PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("l")).setLease(7));
        node.check(revoke.setHeader(node.header("bob")).build());
        node.check(attach.setHeader(node.header("bob")).build());
        node.node.fakeLeases().attach(7, ByteString.copyFromUtf8("zzz"));
        assertEquals(Refusals.PERMISSION_DENIED, refusal(node, revoke));
        assertEquals(Refusals.PERMISSION_DENIED, refusal(node, attach));
        node.check(revoke.setHeader(node.machine.asRoot()).build());
    }

    @Test
    void rootStaysWhileAuthIsOn() {
        AuthNode node = AuthNode.enabled();
        assertEquals(Refusals.INVALID_AUTH_MANAGEMENT, refusalOf(node,
                InternalRaftRequest.newBuilder().setAuthUserDelete(AuthUserDeleteRequest.newBuilder().setName("root"))));
        assertEquals(Refusals.INVALID_AUTH_MANAGEMENT, refusalOf(node,
                InternalRaftRequest.newBuilder().setAuthUserRevokeRole(AuthUserRevokeRoleRequest.newBuilder().setName("root").setRole("root"))));
        assertEquals(Refusals.INVALID_AUTH_MANAGEMENT, refusalOf(node,
                InternalRaftRequest.newBuilder().setAuthRoleDelete(AuthRoleDeleteRequest.newBuilder().setRole("root"))));
    }

    @Test
    void tokenLivesWhileItIsUsedAndDiesWithItsUsersPassword() {
        AuthNode node = AuthNode.enabled();
        String token = authenticate(node, "bob");
        assertTrue(token.matches("AbCdEfGhIjKlMnOp\\.\\d+"));
        long now = node.node.nowNanos();
        assertEquals(Optional.of("bob"), node.machine.userOf(token, now + AuthNode.TTL.toNanos() - 1));
        assertEquals(Optional.of("bob"), node.machine.userOf(token, now + AuthNode.TTL.toNanos() + 1));
        assertEquals(Optional.empty(), node.machine.userOf(token, now + 3 * AuthNode.TTL.toNanos()));
        String next = authenticate(node, "bob");
        node.applyAs("root", InternalRaftRequest.newBuilder().setAuthUserChangePassword(
                AuthUserChangePasswordRequest.newBuilder().setName("bob").setHashedPassword(AuthNode.hash("n"))));
        assertEquals(Optional.empty(), node.machine.userOf(next, now));
        assertEquals("0a03626f62120968617368206f66206e2200", node.row(Bucket.AUTH_USERS, "bob"));
        String idle = authenticate(node, "bob");
        node.node.tick(AuthNode.TTL.toNanos());
        assertEquals(Optional.empty(), node.machine.userOf(idle, now));
    }

    @Test
    void whoHasNoPasswordGetsNoToken() {
        AuthNode node = AuthNode.enabled();
        node.applyAs("root", InternalRaftRequest.newBuilder().setAuthUserAdd(
                AuthUserAddRequest.newBuilder().setName("cn").setOptions(UserAddOptions.newBuilder().setNoPassword(true))));
        assertEquals("0a02636e22020801", node.row(Bucket.AUTH_USERS, "cn"));
        assertEquals(AuthChanges.PASSWORD_FOR_NO_PASSWORD_USER, refusalOf(node, authentication("cn")));
        assertEquals(Refusals.AUTHENTICATION_FAILED_INVALID_USER_ID_OR_PASSWORD, refusalOf(node, authentication("ghost")));
        assertEquals(Refusals.AUTHENTICATION_IS_NOT_ENABLED, refusalOf(new AuthNode(), authentication("bob")));
    }

    @Test
    void passwordInClearIsNotHashedHere() {
        AuthNode node = new AuthNode();
        assertThrows(IllegalStateException.class, () -> node.apply(InternalRaftRequest.newBuilder().setAuthUserAdd(
                AuthUserAddRequest.newBuilder().setName("old").setPassword("clear"))));
    }

    @Test
    void permissionsThatTouchAreOne() {
        Granted.Builder parts = new Granted.Builder();
        parts.add(bytes("b"), bytes("d"));
        parts.add(bytes("d"), bytes("f"));
        parts.add(bytes("a"), ByteString.EMPTY);
        parts.add(bytes("x"), ByteString.copyFrom(new byte[] {0}));
        parts.add(bytes("y"), bytes("z"));
        Granted granted = parts.build();
        assertTrue(granted.covers(bytes("b"), bytes("f")));
        assertTrue(granted.covers(bytes("a"), ByteString.EMPTY));
        assertTrue(granted.covers(bytes("x"), ByteString.copyFrom(new byte[] {0})));
        assertTrue(granted.covers(bytes("zz"), bytes("zzz")));
        assertFalse(granted.covers(bytes("a"), bytes("c")), "what is between a and b is not granted");
        assertFalse(granted.covers(bytes("f"), ByteString.EMPTY));
        assertFalse(granted.covers(bytes("b"), ByteString.copyFrom(new byte[] {0})));
    }

    private static void addReader(AuthNode node, String role) {
        node.applyAs("root", InternalRaftRequest.newBuilder().setAuthRoleAdd(AuthRoleAddRequest.newBuilder().setName(role)));
        node.applyAs("root", InternalRaftRequest.newBuilder().setAuthRoleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder().setName(role)
                .setPerm(Permission.newBuilder().setPermType(Permission.Type.WRITE).setKey(bytes("k")).setRangeEnd(bytes("m")))));
    }

    private static void grant(AuthNode node, String user, String role) {
        node.applyAs("root", InternalRaftRequest.newBuilder().setAuthUserGrantRole(
                AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role)));
    }

    private static String authenticate(AuthNode node, String user) {
        return ((AuthenticateResponse) node.apply(authentication(user))).getToken();
    }

    private static InternalRaftRequest.Builder authentication(String user) {
        return InternalRaftRequest.newBuilder().setAuthenticate(
                InternalAuthenticateRequest.newBuilder().setName(user).setSimpleToken("AbCdEfGhIjKlMnOp"));
    }

    private static InternalRaftRequest.Builder put(String key) {
        return InternalRaftRequest.newBuilder().setPut(PutRequest.newBuilder().setKey(bytes(key)));
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static Refusal refusal(AuthNode node, InternalRaftRequest.Builder request) {
        return assertThrows(RefusedException.class, () -> node.check(request.build())).refusal();
    }

    private static Refusal refusalOf(AuthNode node, InternalRaftRequest.Builder request) {
        return assertThrows(RefusedException.class, () -> node.applyAs("root", request)).refusal();
    }
}
