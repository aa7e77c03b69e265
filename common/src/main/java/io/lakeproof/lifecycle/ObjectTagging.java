package io.lakeproof.lifecycle;

import java.util.Map;
import java.util.Optional;

/** The tags of the objects of one bucket. Used by several threads. */
public interface ObjectTagging {
    /** The tags of an object; empty if there is no such object. */
    Optional<Map<String, String>> tags(String key);

    /**
     * Gives an object these tags and no others.
     *
     * @return false if there is no such object
     */
    boolean tag(String key, Map<String, String> tags);
}
