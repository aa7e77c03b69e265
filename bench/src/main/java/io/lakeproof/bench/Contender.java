package io.lakeproof.bench;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * One way to do the work.
 *
 * @param name for people
 * @param work does it once, in an empty folder of its own
 */
record Contender(String name, Consumer<Path> work) {}
