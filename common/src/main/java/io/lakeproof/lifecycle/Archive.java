package io.lakeproof.lifecycle;

import io.lakeproof.model.StorageClass;
import java.util.Optional;

/** The archived objects of one bucket. */
public interface Archive {
    /** What an archived object is worth to a reader. */
    enum State {
        /** It must be restored first. */
        ARCHIVED,
        /** It is being restored. */
        RESTORING,
        /** It can be read: a restored copy is there, or it is in no archive. */
        READABLE;

        /**
         * Judges an object (Amazon S3 User Guide, "Working with archived objects"). Whoever shows it, a listing or its own
         * head, shows the same two things.
         *
         * @param storageClass empty for one that lifecycle rules do not know, and which is no archive
         */
        public static State of(Optional<StorageClass> storageClass, Copy copy) {
            if (copy == Copy.THERE || storageClass.map(StorageClass::isReadable).orElse(true)) {
                return READABLE;
            }
            return copy == Copy.ON_ITS_WAY ? RESTORING : ARCHIVED;
        }
    }

    /** The copy of an archived object that somebody has asked for. */
    enum Copy {
        NONE,
        ON_ITS_WAY,
        THERE
    }

    /** How fast, and how dear (Amazon S3 User Guide, "Understanding archive retrieval options"). */
    enum Speed {
        /** Minutes; not from DEEP_ARCHIVE. */
        EXPEDITED,
        /** Hours. */
        STANDARD,
        /** Half a day to two days. */
        BULK
    }

    /** The state of an object; empty if there is none. */
    Optional<State> state(String key);

    /**
     * Asks for a copy that can be read.
     *
     * @param days how long the copy stays
     */
    void restore(String key, int days, Speed speed);
}
