package io.tenon.spi.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerMessagesTest {
    private static final HexFormat HEX = HexFormat.of();

    /** Type and bytes of messages that etcd members sent. */
    private record Sent(String type, byte[] bytes) {
    }

    private static final Set<MessageType> ABOUT_ENTRIES =
            EnumSet.of(MessageType.PROPOSE, MessageType.READ_INDEX, MessageType.READ_INDEX_RESPONSE);

    private static List<Sent> recorded() throws IOException {
        List<Sent> all = new ArrayList<>();
        try (var file = PeerMessagesTest.class.getResourceAsStream("/peer-messages-3.5.txt")) {
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).toList()) {
                String[] words = line.split(" ");
                all.add(new Sent(words[0], HEX.parseHex(words[1])));
            }
        }
        return all;
    }

    @Test
    void recordedMessagesAreWrittenAsEtcdWroteThem() throws Exception {
        Set<MessageType> seen = EnumSet.noneOf(MessageType.class);
        for (Sent sent : recorded()) {
            Message message = PeerMessages.decode(ByteString.copyFrom(sent.bytes()));
            assertEquals(HEX.formatHex(sent.bytes()), HEX.formatHex(PeerMessages.encode(message, Compat.V3_5)), sent.type());
            seen.add(message.type());
        }
        assertEquals(EnumSet.complementOf(EnumSet.of(MessageType.SNAPSHOT, MessageType.TRANSFER_LEADER)), seen);
    }

    @Test
    void snapshotMetadataIsWrittenAsEtcdWroteIt() {
        var voters = List.of(0x48db18de8b4e0930L, 0xd686e33593235abdL, 0xf74c15fc7ff3553aL);
        var snapshot = new Snapshot(6015, 2, new ConfState(voters, List.of(0x7b6a0672a17182b3L), List.of(), List.of(), false),
                ByteString.copyFromUtf8("{}"));
        for (Compat compat : List.of(Compat.V3_5, Compat.V3_6)) {
            var metadata = PeerMessages.toWire(full(MessageType.SNAPSHOT, snapshot), compat).getSnapshot().getMetadata();
            assertEquals("0a2c08b092b8dae89bc6ed4808bdb58d99d9e6b8c3d60108baaacdffc7bf85a6f70110b385c68baace81b57b280010ff2e1802",
                    HEX.formatHex(metadata.toByteArray()));
        }
    }

    private static Message full(MessageType type, Snapshot snapshot) {
        return new Message(type, 1, 2, 3, 4, 5, List.of(new Entry(6, 7, EntryType.CONF_CHANGE_V2, ByteString.copyFromUtf8("d"))), 8,
                snapshot, true, 9, ByteString.copyFromUtf8("c"));
    }

    @Test
    void everyTypeAndFieldSurvivesInEveryForm() throws Exception {
        var joint = new ConfState(List.of(1L, 2L), List.of(3L), List.of(4L), List.of(5L), true);
        for (Compat compat : Compat.values()) {
            for (MessageType type : MessageType.values()) {
                Snapshot snapshot = type == MessageType.SNAPSHOT ? new Snapshot(10, 11, joint, ByteString.copyFromUtf8("s")) : Snapshot.EMPTY;
                for (Message message : List.of(Message.of(type, 0, 0, 0), Message.of(type, -1, Long.MIN_VALUE, Long.MAX_VALUE),
                        full(type, snapshot))) {
                    if (message.entries().isEmpty() && ABOUT_ENTRIES.contains(type)) {
                        continue;
                    }
                    assertEquals(message, PeerMessages.decode(ByteString.copyFrom(PeerMessages.encode(message, compat))));
                }
            }
        }
    }

    /** Up to 3.6 zero fields are written, 3.5 alone writes an empty snapshot, 3.6 alone a vote. */
    @Test
    void formsDifferByVersionAsEtcds() {
        Message message = Message.of(MessageType.HEARTBEAT, 1, 2, 3);
        assertEquals("080810011802200328003000" + "4000" + "4a0a12080a02280010001800" + "50005800",
                HEX.formatHex(PeerMessages.encode(message, Compat.V3_5)));
        assertEquals("080810011802200328003000" + "4000" + "50005800" + "6800", HEX.formatHex(PeerMessages.encode(message, Compat.V3_6)));
        assertEquals("0808100118022003", HEX.formatHex(PeerMessages.encode(message, Compat.V3_7)));
        assertArrayEquals(new byte[] {8, 8}, PeerMessages.encode(Message.of(MessageType.HEARTBEAT, 0, 0, 0), Compat.V3_7));
    }

    /** Whoever takes such a message in looks at its first entry. */
    @Test
    void aMessageThatLacksTheEntryItIsAboutIsRefused() {
        for (MessageType type : ABOUT_ENTRIES) {
            byte[] bytes = PeerMessages.encode(Message.of(type, 1, 2, 3), Compat.V3_5);
            var failure = assertThrows(MalformedMessageException.class, () -> PeerMessages.decode(ByteString.copyFrom(bytes)));
            assertTrue(failure.getMessage().endsWith("without an entry"), failure.getMessage());
        }
    }

    @Test
    void whatMayNotComeFromAPeerIsRefused() {
        for (int local : List.of(0, 1, 10, 11, 12, 19, 20, 21, 22, 23, 99)) {
            var failure = assertThrows(MalformedMessageException.class, () -> decode("08" + HEX.toHexDigits((byte) local)));
            assertTrue(failure.getMessage().contains("from a peer"), failure.getMessage());
        }
        assertThrows(MalformedMessageException.class, () -> decode(""));
        assertThrows(MalformedMessageException.class, () -> decode("0803ff"));
        var failure = assertThrows(MalformedMessageException.class, () -> decode("08033a0608071002180c"));
        assertEquals("entry 12 of an unknown type", failure.getMessage());
    }

    private static Message decode(String hex) throws MalformedMessageException {
        return PeerMessages.decode(ByteString.copyFrom(HEX.parseHex(hex)));
    }
}
