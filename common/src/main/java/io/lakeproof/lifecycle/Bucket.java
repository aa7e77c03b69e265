package io.lakeproof.lifecycle;

/** What lifecycle needs of one bucket. */
public interface Bucket extends ObjectTagging, BucketRules, Archive, AutoCloseable {
    /** The objects whose keys begin so, in the order of their keys, listed while they are gone through. */
    Iterable<StoredObject> list(String prefix);

    @Override
    void close();
}
