package io.tenon.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the real Gogo, outside a framework. */
class ShellDoorTest {
    @TempDir
    private Path directory;
    private final ThreadIOImpl streams = new ThreadIOImpl();
    private CommandProcessorImpl processor;
    private Path socket;
    private ShellDoor door;

    /** Commands of the test; Gogo finds them by name. */
    public static final class Commands {

        public String greet(String name) {
            return "hello " + name;
        }

        public void print(String text) {
            System.out.println(text);
        }

        public void fail() {
            throw new IllegalStateException("does not work");
        }

        public String zero() {
            return "a" + (char) 0 + "b";
        }
    }

    @BeforeEach
    void open() {
        streams.start();
        processor = new CommandProcessorImpl(streams);
        for (String function : List.of("greet", "print", "fail", "zero")) {
            processor.addCommand("test", new Commands(), function);
        }
        socket = directory.resolve("shell/socket");
        door = new ShellDoor(processor, Optional.of(socket));
    }

    @AfterEach
    void close() {
        door.close();
        streams.stop();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    private static String ask(SocketChannel channel, String command) throws IOException {
        channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
        InputStream in = Channels.newInputStream(channel);
        var answer = new java.io.ByteArrayOutputStream();
        for (int next = in.read(); next != '\n' || answer.size() < 2 || answer.toByteArray()[answer.size() - 2] != 0; next = in.read()) {
            if (next < 0) {
                return answer.toString(StandardCharsets.UTF_8) + "<closed>";
            }
            answer.write(next);
        }
        return answer.toString(StandardCharsets.UTF_8).replace((char) 0, '|');
    }

    @Test
    void answersWhatCommandsReturnAndPrint() throws IOException {
        try (SocketChannel channel = connect()) {
            assertEquals("hello you\n|0", ask(channel, "test:greet you"));
            assertEquals("päper\n|0", ask(channel, "print päper"));
            assertEquals("|0", ask(channel, ""));
            ask(channel, "name = kept");
            assertEquals("hello kept\n|0", ask(channel, "greet $name"));
        }
    }

    @Test
    void failuresAreAnswersAndTheSessionGoesOn() throws IOException {
        try (SocketChannel channel = connect()) {
            assertEquals("does not work\n|1", ask(channel, "fail"));
            assertTrue(ask(channel, "nonsense").endsWith("\n|1"));
            assertTrue(ask(channel, "(((").endsWith("\n|1"));
            assertEquals("hello you\n|0", ask(channel, "greet you"));
        }
    }

    @Test
    void outputNeverLooksLikeItsEnd() throws IOException {
        try (SocketChannel channel = connect()) {
            assertEquals("a?b\n|0", ask(channel, "zero"));
        }
    }

    @Test
    void onlyTheOwnerFindsTheSocket() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
        String me = System.getProperty("user.name");
        assertTrue(new Caller(me).mayEnter(me));
        assertTrue(new Caller("root").mayEnter(me));
        assertFalse(new Caller("somebody-else").mayEnter(me));
    }

    @Test
    void sessionsAreBounded() throws IOException {
        List<SocketChannel> open = new ArrayList<>();
        for (int i = 0; i < ShellDoor.MOST_SESSIONS; i++) {
            open.add(connect());
            assertEquals("hello you\n|0", ask(open.getLast(), "greet you"));
        }
        try (SocketChannel oneMore = connect()) {
            assertEquals("<closed>", askGone(oneMore));
        }
        for (SocketChannel channel : open) {
            assertEquals("hello you\n|0", ask(channel, "greet you"));
            channel.close();
        }
    }

    private static String askGone(SocketChannel channel) {
        try {
            return ask(channel, "greet you");
        } catch (IOException reset) {
            return "<closed>";
        }
    }

    @Test
    @Timeout(30)
    void aSessionThatCannotBeginEndsItsConnectionAndTheDoorStaysOpen() throws IOException {
        door.close();
        var gogoAway = new AtomicBoolean(true);
        CommandProcessor awayAtFirst = (CommandProcessor) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {CommandProcessor.class},
                (_, method, arguments) -> {
                    if (gogoAway.getAndSet(false)) {
                        throw new IllegalStateException("stopped");
                    }
                    return method.invoke(processor, arguments);
                });
        door = new ShellDoor(awayAtFirst, Optional.of(socket));
        try (SocketChannel turnedAway = connect(); SocketChannel admitted = connect()) {
            assertEquals("<closed>", askGone(turnedAway));
            assertEquals("hello you\n|0", ask(admitted, "greet you"));
        }
    }

    @Test
    void closingEndsSessionsAndRemovesTheSocket() throws IOException {
        try (SocketChannel channel = connect()) {
            ask(channel, "greet you");
            door.close();
            assertEquals("<closed>", askGone(channel));
            assertFalse(Files.exists(socket));
        }
        door.close();
    }

    @Test
    void whatAKilledProcessLeftIsReplaced() throws IOException {
        door.close();
        Files.createFile(socket);
        door = new ShellDoor(processor, Optional.of(socket));
        try (SocketChannel channel = connect()) {
            assertEquals("hello you\n|0", ask(channel, "greet you"));
        }
    }

    @Test
    void pathThatIsTooLongLeavesTheNodeWithoutAShell() {
        Path tooLong = directory.resolve("x".repeat(120));
        ShellDoor none = new ShellDoor(processor, Optional.of(tooLong));
        assertFalse(Files.exists(tooLong));
        none.close();
    }

    @Test
    void placeFollowsTheDataDirectoryUnlessToldOtherwise() {
        assertEquals(Optional.of(Path.of("/d/member/tenon/shell/socket")), DoorPlace.of(Optional.empty(), Path.of("/d")));
        assertEquals(Optional.of(Path.of("/run/x")), DoorPlace.of(Optional.of("/run/x"), Path.of("/d")));
        assertEquals(Optional.empty(), DoorPlace.of(Optional.of("off"), Path.of("/d")));
    }
}
