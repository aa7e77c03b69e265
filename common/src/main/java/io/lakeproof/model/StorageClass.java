package io.lakeproof.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * The storage classes of S3 that a lifecycle rule can move objects to, and the one that they start in; in the order in which
 * S3 moves them (Amazon S3 User Guide, "Transitioning objects using Amazon S3 Lifecycle").
 */
public enum StorageClass {
    STANDARD,
    STANDARD_IA,
    INTELLIGENT_TIERING,
    ONEZONE_IA,
    GLACIER_IR,
    GLACIER,
    DEEP_ARCHIVE;

    /** The class that S3 calls so; empty for one that lifecycle rules do not know. S3 leaves out the name of STANDARD. */
    public static Optional<StorageClass> named(String name) {
        return name.isEmpty()
                ? Optional.of(STANDARD)
                : Arrays.stream(values()).filter(c -> c.name().equals(name)).findFirst();
    }

    /** False if an object must be restored before anybody can read it. */
    public boolean isReadable() {
        return this != GLACIER && this != DEEP_ARCHIVE;
    }

    /** The age in days before which no rule may move an object to the class. */
    public int leastRuleDays() {
        return this == STANDARD_IA || this == ONEZONE_IA ? 30 : 0;
    }

    /** True if a lifecycle rule can move an object from this class to the other. */
    public boolean canBecome(StorageClass other) {
        return compareTo(other) < 0 && !(this == ONEZONE_IA && other == GLACIER_IR);
    }
}
