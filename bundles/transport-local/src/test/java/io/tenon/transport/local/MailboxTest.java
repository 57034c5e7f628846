package io.tenon.transport.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private final Mailbox mailbox = Mailbox.create();

    private List<Integer> takeSizes() {
        List<Integer> sizes = new ArrayList<>();
        mailbox.take(64, new Mailbox.Taker() {
            @Override
            public void message(byte[] encoded) {
                sizes.add(encoded.length);
            }

            @Override
            public void snapshot(SnapshotPipe pipe) {
                throw new AssertionError("no snapshot is offered here");
            }
        });
        return sizes;
    }

    @Test
    void queueOfASenderHoldsSoManyMessagesAndNothingElseGrows() {
        for (int i = 0; i < Mailbox.MOST_MESSAGES_PER_PEER; i++) {
            assertTrue(mailbox.put(1, new byte[1]));
        }
        for (int i = 0; i < 10_000; i++) {
            assertFalse(mailbox.put(1, new byte[1]));
        }
        assertTrue(mailbox.put(2, new byte[1]), "another sender has its own queue");
        assertEquals(1, mailbox.bell().availablePermits());
        assertEquals(Mailbox.MOST_MESSAGES_PER_PEER + 1, takeSizes().size());
    }

    @Test
    void queueOfASenderHoldsSoManyBytesAndOneMessageAlways() {
        byte[] large = new byte[(int) Mailbox.MOST_BYTES_PER_PEER + 1];
        assertTrue(mailbox.put(1, large));
        assertFalse(mailbox.put(1, new byte[1]));
        assertEquals(List.of(large.length), takeSizes());
        assertTrue(mailbox.put(1, new byte[1]));
    }

    @Test
    void nothingIsPutForAMemberThatIsGone() {
        mailbox.close();
        assertFalse(mailbox.put(1, new byte[1]));
        assertFalse(mailbox.offer(SnapshotPipe.of(new byte[1])));
    }
}
