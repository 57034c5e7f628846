package io.tenon.launcher.command;

import io.tenon.api.config.Compat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Tenon this is. */
public record Build(String version, String gitSha) {

    /** As the build wrote it into this jar. */
    public static Build current() {
        var properties = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("/io/tenon/launcher/build.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Build(properties.getProperty("version"), properties.getProperty("git.sha"));
    }

    /** Five lines: those of {@code etcd --version}, and Tenon's own as the second. */
    String describe(Compat compat) {
        return "etcd Version: " + compat.serverVersion()
                + "\nTenon Version: " + version
                + "\nGit SHA: " + gitSha
                + "\nJava Version: " + System.getProperty("java.version")
                + "\nJava OS/Arch: " + System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT) + "/" + System.getProperty("os.arch")
                + "\n";
    }
}
