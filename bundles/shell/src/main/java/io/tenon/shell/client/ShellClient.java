package io.tenon.shell.client;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Gives commands to a node on this machine: one from the arguments, or those of the standard input, a line each. Ends with 0 if all of
 * them succeeded, 1 if one failed, 2 if the node cannot be reached.
 */
public final class ShellClient {
    private static final String USAGE = """
            usage: tenon-shell [--data-dir DIR | --socket PATH] [COMMAND...]

            Gives a command to the node that runs on this machine with this data directory (default: ETCD_DATA_DIR, or default.etcd).
            Without a command it reads commands from the standard input, a line each.

              tenon:status                    how the node stands, election options and transports included
              lb                              bundles and their states
              stop io.tenon.raft.prevote      stop a bundle, by name or number; start starts it again
              help                            all commands
            """;

    private final InputStream in;
    private final OutputStream out;
    private final PrintStream print;

    private ShellClient(SocketChannel channel, PrintStream print) {
        in = new BufferedInputStream(Channels.newInputStream(channel));
        out = Channels.newOutputStream(channel);
        this.print = print;
    }

    public static void main(String[] arguments) throws IOException {
        System.exit(run(List.of(arguments), System.getenv(), System.out));
    }

    /** @param print where answers go */
    static int run(List<String> arguments, Map<String, String> environment, PrintStream print) throws IOException {
        List<String> words = new ArrayList<>(arguments);
        Path socket = socketOf(Path.of(environment.getOrDefault("ETCD_DATA_DIR", "default.etcd")));
        while (!words.isEmpty() && words.getFirst().startsWith("-")) {
            String option = words.removeFirst();
            int equals = option.indexOf('=');
            String name = option.substring(option.startsWith("--") ? 2 : 1, equals < 0 ? option.length() : equals);
            if (!List.of("data-dir", "socket").contains(name) || equals < 0 && words.isEmpty()) {
                System.err.print(USAGE);
                return name.equals("help") || name.equals("h") ? 0 : 2;
            }
            Path value = Path.of(equals < 0 ? words.removeFirst() : option.substring(equals + 1));
            socket = name.equals("socket") ? value : socketOf(value);
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ShellClient client = new ShellClient(channel, print);
            return words.isEmpty() ? client.all() : client.one(String.join(" ", words));
        } catch (IOException unreachable) {
            System.err.println("tenon-shell: no node answers at " + socket + ": " + unreachable.getMessage());
            return 2;
        }
    }

    private static Path socketOf(Path dataDirectory) {
        return dataDirectory.toAbsolutePath().normalize().resolve("member/tenon/shell/socket");
    }

    private int all() throws IOException {
        boolean asked = System.console() != null && System.console().isTerminal();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int worst = 0;
        while (true) {
            if (asked) {
                print.print("tenon> ");
                print.flush();
            }
            String line = lines.readLine();
            if (line == null || List.of("exit", "quit").contains(line.strip())) {
                return worst;
            }
            if (!line.isBlank()) {
                worst = Math.max(worst, one(line));
            }
        }
    }

    private int one(String command) throws IOException {
        out.write((command.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        for (int next = in.read(); next != 0; next = in.read()) {
            if (next < 0) {
                print.flush();
                throw new IOException("it closed the connection");
            }
            print.write(next);
        }
        print.flush();
        int status = in.read() - '0';
        in.read();
        return status == 0 ? 0 : 1;
    }
}
