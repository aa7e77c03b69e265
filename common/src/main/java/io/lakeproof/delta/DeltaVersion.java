package io.lakeproof.delta;

/** The version of Delta that the platform brings. */
public final class DeltaVersion {
    private DeltaVersion() {}

    public static String number() {
        return io.delta.package$.MODULE$.VERSION();
    }
}
