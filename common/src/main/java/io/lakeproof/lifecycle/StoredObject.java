package io.lakeproof.lifecycle;

import io.lakeproof.model.StorageClass;
import java.util.Optional;

/**
 * An object as a listing of its bucket shows it.
 *
 * @param bytes its length
 * @param storageClass empty for one that lifecycle rules do not know
 */
public record StoredObject(String key, long bytes, Optional<StorageClass> storageClass) {
    /** False if it must be restored before anybody can read it. */
    public boolean isReadable() {
        return storageClass.map(StorageClass::isReadable).orElse(true);
    }
}
