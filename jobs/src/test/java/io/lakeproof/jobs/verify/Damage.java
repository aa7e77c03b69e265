package io.lakeproof.jobs.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One random damage to files of a table, told by their paths within it, so that it can be done to any copy. */
final class Damage {
    enum Kind {
        FLIP,
        TRUNCATE,
        DELETE,
        SWAP
    }

    final Kind kind;
    final Path file;

    /** The one that a swap exchanges it with; the same otherwise. */
    final Path other;

    private final double place;
    private final int bit;
    private String excerpt = "";

    private Damage(Kind kind, Path file, Path other, Random random) {
        this.kind = kind;
        this.file = file;
        this.other = kind == Kind.SWAP ? other : file;
        this.place = random.nextDouble();
        this.bit = random.nextInt(8);
    }

    /** A damage to the first of these files; a swap is with the second. */
    static Damage draw(Random random, Path file, Path other) {
        int dice = random.nextInt(20);
        Kind kind = dice < 12 ? Kind.FLIP : dice < 15 ? Kind.TRUNCATE : dice < 17 ? Kind.DELETE : Kind.SWAP;
        return new Damage(kind, file, other, random);
    }

    void in(Path table) throws IOException {
        Path path = table.resolve(file);
        byte[] bytes = Files.readAllBytes(path);
        int at = (int) (place * bytes.length);
        int from = Math.max(0, at - 12);
        excerpt = new String(bytes, from, Math.min(bytes.length, at + 12) - from, StandardCharsets.ISO_8859_1);
        // A copy's file may be a link to the original's: it is replaced, not written to.
        Files.delete(path);
        switch (kind) {
            case FLIP -> {
                bytes[at] ^= (byte) (1 << bit);
                Files.write(path, bytes);
            }
            case TRUNCATE -> Files.write(path, Arrays.copyOf(bytes, at));
            case DELETE -> {}
            case SWAP -> {
                Path second = table.resolve(other);
                byte[] seconds = Files.readAllBytes(second);
                Files.delete(second);
                Files.write(path, seconds);
                Files.write(second, bytes);
            }
        }
    }

    List<Path> touched() {
        return kind == Kind.SWAP ? List.of(file, other) : List.of(file);
    }

    /** What it is done to, as a word. */
    String what() {
        String name = file.getFileName().toString();
        return !file.startsWith("_delta_log")
                ? "data"
                : name.endsWith(".crc")
                        ? "checksum"
                        : name.endsWith(".json") ? "commit" : name.endsWith(".parquet") ? "checkpoint" : "pointer";
    }

    @Override
    public String toString() {
        return switch (kind) {
            case FLIP -> "flip of bit " + bit + " at " + place + " of " + file + ", amid " + excerpt;
            case TRUNCATE -> file + " cut at " + place;
            case DELETE -> file + " deleted";
            case SWAP -> file + " swapped with " + other;
        };
    }
}
