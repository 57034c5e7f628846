package io.tenon.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnknownFieldSet;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.Metadata;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.Request;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchResponse;
import io.tenon.wire.mvccpb.Event;
import io.tenon.wire.raftpb.ConfChange;
import io.tenon.wire.raftpb.ConfChangeType;
import io.tenon.wire.raftpb.ConfState;
import io.tenon.wire.raftpb.Entry;
import io.tenon.wire.raftpb.EntryType;
import io.tenon.wire.raftpb.HardState;
import io.tenon.wire.raftpb.MessageType;
import io.tenon.wire.walpb.Record;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes recorded from etcd 3.5.30, read and written again without a difference. */
class RecordedBytesTest {

    private static final long MEMBER = 0x8e9e05c52164694dL;
    private static final long CLUSTER = 0xcdf818194e3a8c32L;

    @Test
    void walRecordCarriesTheMetadataOfItsSegment() throws InvalidProtocolBufferException {
        var bytes = hex("080110bb81c7fc051a1608cdd2918bd2b881cf8e0110b298eaf1948386fccd01");
        var frame = same(Record.parser(), bytes);
        assertEquals(1, frame.getType());
        assertEquals(1_603_387_579, frame.getCrc());

        var metadata = same(Metadata.parser(), frame.getData());
        assertEquals(MEMBER, metadata.getNodeID());
        assertEquals(CLUSTER, metadata.getClusterID());
    }

    @Test
    void entryKeepsZeroFieldsOfItsConfChange() throws InvalidProtocolBufferException {
        var entry = same(Entry.parser(), hex("08011001180122620800100018cdd2918bd2b881cf8e0122517b226964223a"
                + "31303237363635373734333933323937353433372c227065657255524c73223a5b22687474703a2f2f6c6f63616c"
                + "686f73743a32333830225d2c226e616d65223a2264656661756c74227d"));
        assertEquals(EntryType.EntryConfChange, entry.getType());
        assertEquals(1, entry.getTerm());
        assertEquals(1, entry.getIndex());

        var change = same(ConfChange.parser(), entry.getData());
        assertTrue(change.hasId());
        assertEquals(ConfChangeType.ConfChangeAddNode, change.getType());
        assertEquals(MEMBER, change.getNodeId());
        assertTrue(change.getContext().toStringUtf8().startsWith("{\"id\":10276657743932975437,"));
    }

    @Test
    void hardStateIsWrittenInFull() throws InvalidProtocolBufferException {
        var state = same(HardState.parser(), hex("080210cdd2918bd2b881cf8e011804"));
        assertEquals(2, state.getTerm());
        assertEquals(MEMBER, state.getVote());
        assertEquals(4, state.getCommit());
        assertEquals("080010001800",
                toHex(HardState.newBuilder().setTerm(0).setVote(0).setCommit(0).build()));
    }

    @Test
    void appendMessageOfRelease35CarriesItsEmptySnapshot() throws InvalidProtocolBufferException {
        var message = same(io.tenon.wire.raftpb.Message.parser(), hex("080310b092b8dae89bc6ed4818bdb58d99d9e6b8c3d601"
                + "2002280130033a0608001002180440034a0a12080a0228001000180050005800"));
        assertEquals(MessageType.MsgApp, message.getType());
        assertEquals(3, message.getIndex());
        assertEquals(4, message.getEntries(0).getIndex());
        assertTrue(message.getSnapshot().getMetadata().getConfState().hasAutoLeave());
    }

    @Test
    void confStateWritesOneTagPerVoterAndReadsBothForms() throws InvalidProtocolBufferException {
        var voters = ConfState.newBuilder().addVoters(1).addVoters(300).setAutoLeave(false).build();
        assertEquals("080108ac022800", toHex(voters));
        assertEquals(voters, ConfState.parseFrom(hex("0a0301ac022800")));
    }

    @Test
    void putRequestIsReadFieldByField() throws InvalidProtocolBufferException {
        var put = same(PutRequest.parser(), hex("0a01611201322001"));
        assertEquals("a", put.getKey().toStringUtf8());
        assertEquals("2", put.getValue().toStringUtf8());
        assertTrue(put.getPrevKv());
        assertEquals(0, put.getLease());

        var response = same(PutResponse.parser(),
                hex("0a1a08b298eaf1948386fccd0110cdd2918bd2b881cf8e0118032002120c0a01611002180220012a0131"));
        assertEquals(CLUSTER, response.getHeader().getClusterId());
        assertEquals(3, response.getHeader().getRevision());
        assertEquals(1, response.getPrevKv().getVersion());
    }

    @Test
    void watchFiltersArePackedAndAcceptedUnpacked() throws InvalidProtocolBufferException {
        var create = same(WatchCreateRequest.parser(), hex("0a01612a020001"));
        assertEquals(List.of(WatchCreateRequest.FilterType.NOPUT, WatchCreateRequest.FilterType.NODELETE),
                create.getFiltersList());
        assertEquals(create, WatchCreateRequest.parseFrom(hex("0a016128002801")));
    }

    @Test
    void watchEventsStandAtFieldEleven() throws InvalidProtocolBufferException {
        var response = same(WatchResponse.parser(), hex("0a1a08b298eaf1948386fccd0110cdd2918bd2b881cf8e011804200210"
                + "015a0e120c0a01611002180220012a01315a1c120c0a01611002180320022a01321a0c0a01611002180220012a0131"));
        assertEquals(2, response.getEventsCount());
        assertEquals(Event.EventType.PUT, response.getEvents(1).getType());
        assertEquals("1", response.getEvents(1).getPrevKv().getValue().toStringUtf8());
    }

    @Test
    void compareWritesTheZeroOfItsOneofAndTheEndOfItsRange() throws InvalidProtocolBufferException {
        var compare = same(Compare.parser(), hex("1a016120008204" + "0162"));
        assertEquals(Compare.TargetUnionCase.VERSION, compare.getTargetUnionCase());
        assertEquals(0, compare.getVersion());
        assertEquals("b", compare.getRangeEnd().toStringUtf8());
        assertFalse(compare.hasModRevision());
    }

    @Test
    void rawV2RequestDistinguishesAbsentFromFalse() throws InvalidProtocolBufferException {
        var request = Request.newBuilder().setID(7).setMethod("PUT").setPath("/1/a").build();
        assertFalse(same(Request.parser(), request.toByteString()).hasPrevExist());
        var guarded = request.toBuilder().setPrevExist(false).build();
        assertTrue(same(Request.parser(), guarded.toByteString()).hasPrevExist());
    }

    @Test
    void fieldsOfALaterVersionSurvive() throws InvalidProtocolBufferException {
        var later = UnknownFieldSet.newBuilder()
                .addField(777, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                .addField(20_000, UnknownFieldSet.Field.newBuilder().addLengthDelimited(hex("ff00")).build())
                .build();
        for (Message known : List.of(
                PutRequest.newBuilder().setKey(hex("61")).build(),
                InternalRaftRequest.newBuilder().setPut(PutRequest.newBuilder().setKey(hex("61"))).build(),
                Entry.newBuilder().setType(EntryType.EntryNormal).setTerm(1).setIndex(2).build())) {
            var bytes = known.toBuilder().setUnknownFields(later).build().toByteString();
            var parsed = (Message) same(known.getParserForType(), bytes);
            assertEquals(later, parsed.getUnknownFields());
        }
    }

    /** An entry type this build does not know must not be read as a normal entry, nor be lost. */
    @Test
    void unknownEntryTypeSurvivesAndIsNotTakenForNormal() throws InvalidProtocolBufferException {
        var entry = Entry.parseFrom(hex("086310011802"));
        assertFalse(entry.hasType());
        assertTrue(entry.getUnknownFields().hasField(1));
        assertEquals(entry, Entry.parseFrom(entry.toByteString()));
    }

    private static <T extends MessageLite> T same(Parser<T> parser, ByteString bytes)
            throws InvalidProtocolBufferException {
        var message = parser.parseFrom(bytes);
        assertEquals(HexFormat.of().formatHex(bytes.toByteArray()), toHex(message));
        return message;
    }

    private static String toHex(MessageLite message) {
        return HexFormat.of().formatHex(message.toByteArray());
    }

    private static ByteString hex(String digits) {
        return ByteString.copyFrom(HexFormat.of().parseHex(digits));
    }
}
