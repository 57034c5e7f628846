package io.tenon.launcher.discovery;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A name server on the loopback interface that knows a few SRV records. */
final class HandDns implements AutoCloseable {
    private static final int QUESTION_AT = 12;
    private static final int NAME_ERROR = 3;
    private final DatagramSocket socket;
    private final Map<String, List<SrvRecords.Target>> records;
    private final Thread thread;

    HandDns(Map<String, List<SrvRecords.Target>> records) throws IOException {
        this.records = records;
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        thread = Thread.ofPlatform().start(this::serve);
    }

    SrvRecords client() {
        return SrvRecords.of("127.0.0.1", socket.getLocalPort());
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                byte[] answer = answer(buffer, packet.getLength());
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                if (!socket.isClosed()) {
                    throw new AssertionError(closed);
                }
            }
        }
    }

    private byte[] answer(byte[] query, int length) throws IOException {
        StringBuilder name = new StringBuilder();
        int at = QUESTION_AT;
        for (; query[at] != 0; at += query[at] + 1) {
            name.append(name.isEmpty() ? "" : ".").append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII));
        }
        int questionEnd = at + 5;
        List<SrvRecords.Target> targets = records.getOrDefault(name.toString().toLowerCase(Locale.ROOT), List.of());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(query, 0, 2);
        out.writeShort(0x8180 | (targets.isEmpty() ? NAME_ERROR : 0));
        out.writeShort(1);
        out.writeShort(targets.size());
        out.writeInt(0);
        out.write(query, QUESTION_AT, Math.min(questionEnd, length) - QUESTION_AT);
        for (SrvRecords.Target target : targets) {
            out.writeShort(0xc000 | QUESTION_AT);
            out.writeShort(33);
            out.writeShort(1);
            out.writeInt(60);
            byte[] host = name(target.host());
            out.writeShort(6 + host.length);
            out.writeShort(0);
            out.writeShort(0);
            out.writeShort(target.port());
            out.write(host);
        }
        return bytes.toByteArray();
    }

    private static byte[] name(String host) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : host.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(0);
        return out.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
        try {
            thread.join();
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }
}
