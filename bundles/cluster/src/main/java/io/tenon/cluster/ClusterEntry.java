package io.tenon.cluster;

import io.tenon.api.cluster.JsonReader;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.config.Compat;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.Request;
import io.tenon.wire.membershippb.Attributes;
import io.tenon.wire.membershippb.ClusterMemberAttrSetRequest;
import io.tenon.wire.membershippb.ClusterVersionSetRequest;
import io.tenon.wire.membershippb.DowngradeInfoSetRequest;
import java.util.List;

/**
 * What an entry says about the cluster, whichever of the two forms it has: a raw v2 request, as etcd up to 3.5 logs it, or a body of
 * InternalRaftRequest, from 3.6 on. Both are always read; the node's compat says which is written.
 */
sealed interface ClusterEntry {

    /** A member tells its name and where clients find it. */
    record MemberAttributes(long memberId, String name, List<String> clientUrls) implements ClusterEntry {
    }

    /** The cluster's version is decided. */
    record Version(ClusterVersion version) implements ClusterEntry {
    }

    /** A downgrade begins or ends. */
    record DowngradeSet(Membership.Downgrade downgrade) implements ClusterEntry {
    }

    String VERSION_PATH = "/0/version";
    String MEMBERS_PATH = "/0/members/";
    String ATTRIBUTES = "/attributes";

    static ClusterEntry of(ClusterMemberAttrSetRequest request) {
        Attributes attributes = request.getMemberAttributes();
        return new MemberAttributes(request.getMemberID(), attributes.getName(), attributes.getClientUrlsList());
    }

    static ClusterEntry of(ClusterVersionSetRequest request) {
        return new Version(ClusterVersion.of(request.getVer()));
    }

    /** The target is forgotten when a downgrade is called off. */
    static ClusterEntry of(DowngradeInfoSetRequest request) {
        return new DowngradeSet(request.getEnabled() ? new Membership.Downgrade(request.getVer(), true) : Membership.Downgrade.NONE);
    }

    /**
     * @throws UnsupportedEntryException the request belongs to the v2 keys API
     */
    static ClusterEntry of(Request request) {
        String path = request.getPath();
        if (request.getMethod().equals("PUT") && path.equals(VERSION_PATH)) {
            return new Version(ClusterVersion.of(request.getVal()));
        }
        if (request.getMethod().equals("PUT") && path.startsWith(MEMBERS_PATH) && path.endsWith(ATTRIBUTES)) {
            long memberId = MemberIds.parseHex(path.substring(MEMBERS_PATH.length(), path.length() - ATTRIBUTES.length()));
            JsonReader.Fields fields = JsonReader.object(request.getVal());
            return new MemberAttributes(memberId, fields.text("name"), fields.texts("clientURLs"));
        }
        throw new UnsupportedEntryException("entry needs v2store: " + request.getMethod() + " " + path);
    }

    /** The entry that says this, in the form of the compat; {@code id} is that of the v2 request. */
    default InternalRaftRequest proposal(Compat compat, long id) {
        InternalRaftRequest.Builder entry = InternalRaftRequest.newBuilder();
        boolean v2 = !compat.atLeast(Compat.V3_6);
        switch (this) {
            case MemberAttributes(long memberId, String name, List<String> urls) when v2 -> entry.setV2(
                    v2Put(id, MEMBERS_PATH + MemberIds.hex(memberId) + ATTRIBUTES, MemberJson.writeAttributes(name, urls)));
            case MemberAttributes(long memberId, String name, List<String> urls) -> entry.getClusterMemberAttrSetBuilder()
                    .setMemberID(memberId).getMemberAttributesBuilder().setName(name).addAllClientUrls(urls);
            case Version(ClusterVersion version) when v2 -> entry.setV2(v2Put(id, VERSION_PATH, version.toString()));
            case Version(ClusterVersion version) -> entry.getClusterVersionSetBuilder().setVer(version.toString());
            case DowngradeSet(Membership.Downgrade downgrade) -> entry.getDowngradeInfoSetBuilder()
                    .setEnabled(downgrade.enabled()).setVer(downgrade.targetVersion());
        }
        return entry.build();
    }

    /** Go writes every field of this message but two, zero or not. */
    private static Request v2Put(long id, String path, String value) {
        return Request.newBuilder().setID(id).setMethod("PUT").setPath(path).setVal(value).setDir(false).setPrevValue("").setPrevIndex(0)
                .setExpiration(0).setWait(false).setSince(0).setRecursive(false).setSorted(false).setQuorum(false).setTime(0)
                .setStream(false).build();
    }
}
