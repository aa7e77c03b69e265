package io.lakeproof.bench;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * One way to do the work.
 *
 * @param name for people
 * @param prepare fills the empty folder that the work gets; not measured
 * @param work does it once
 */
record Contender(String name, Consumer<Path> prepare, Consumer<Path> work) {
    /** Work that starts in an empty folder. */
    Contender(String name, Consumer<Path> work) {
        this(name, folder -> {}, work);
    }
}
