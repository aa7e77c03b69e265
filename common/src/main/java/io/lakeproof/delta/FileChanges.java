package io.lakeproof.delta;

import java.util.List;

/** The data files that one commit added and removed. */
record FileChanges(List<DataFile> added, List<DataFile> removed) {
    FileChanges {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }
}
