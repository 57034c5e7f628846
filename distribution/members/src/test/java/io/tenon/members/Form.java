package io.tenon.members;

import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerInbox;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;

/** What the state of a snapshot travels as. */
enum Form {
    /** Between Tenon members. */
    EXPORT {
        @Override
        void carry(OutgoingSnapshot snapshot, PeerInbox to, UnaryOperator<InputStream> wire) throws IOException {
            ByteArrayOutputStream state = new ByteArrayOutputStream();
            snapshot.writeTo(state);
            to.receiveSnapshot(snapshot.message(), wire.apply(new ByteArrayInputStream(state.toByteArray())));
        }
    },
    /** To and from Go etcd. */
    DATABASE {
        @Override
        void carry(OutgoingSnapshot snapshot, PeerInbox to, UnaryOperator<InputStream> wire) throws IOException {
            ByteArrayOutputStream state = new ByteArrayOutputStream();
            snapshot.writeDatabaseTo(state);
            to.receiveDatabase(snapshot.message(), wire.apply(new ByteArrayInputStream(state.toByteArray())));
        }
    };

    abstract void carry(OutgoingSnapshot snapshot, PeerInbox to, UnaryOperator<InputStream> wire) throws IOException;
}
