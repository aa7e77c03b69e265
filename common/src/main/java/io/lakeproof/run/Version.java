package io.lakeproof.run;

/** The version of this software, as the build set it. */
public final class Version {
    public static final String NUMBER = read();

    private Version() {}

    private static String read() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
