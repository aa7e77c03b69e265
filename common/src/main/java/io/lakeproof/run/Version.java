package io.lakeproof.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this software, as the build wrote it into {@code version.properties}. */
public final class Version {
    private static final Properties BUILT = read();

    public static final String NUMBER = BUILT.getProperty("version");

    /** The commit that the build was made of; {@code unknown} if the build was not told. */
    public static final String COMMIT = BUILT.getProperty("commit");

    private Version() {}

    private static Properties read() {
        Properties built = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IllegalStateException("version.properties is not on the class path: build with Maven");
            }
            built.load(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return built;
    }
}
