package io.lakeproof.jobs.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One random damage to files, and its undoing. */
final class Damage {
    enum Kind {
        FLIP,
        TRUNCATE,
        DELETE,
        SWAP
    }

    final Kind kind;
    final Path file;
    final Path other;
    private final long place;
    private final byte[] before;
    private final byte[] otherBefore;

    private Damage(Kind kind, Path file, Path other, Random random) throws IOException {
        this.kind = kind;
        this.file = file;
        this.other = other;
        this.before = Files.readAllBytes(file);
        this.otherBefore = Files.readAllBytes(other);
        this.place = random.nextInt(Math.max(1, before.length)) * 8L + random.nextInt(8);
    }

    /** A damage to one of these files; a swap is with another of them. */
    static Damage draw(Random random, List<Path> files) throws IOException {
        int dice = random.nextInt(20);
        Kind kind = dice < 14 ? Kind.FLIP : dice < 16 ? Kind.TRUNCATE : dice < 18 ? Kind.DELETE : Kind.SWAP;
        Path file = files.get(random.nextInt(files.size()));
        Path other =
                files.get((files.indexOf(file) + 1 + random.nextInt(Math.max(1, files.size() - 1))) % files.size());
        return new Damage(kind, file, other, random);
    }

    void doIt() throws IOException {
        switch (kind) {
            case FLIP -> {
                byte[] bytes = before.clone();
                bytes[(int) (place / 8)] ^= (byte) (1 << (place % 8));
                Files.write(file, bytes);
            }
            case TRUNCATE -> Files.write(file, Arrays.copyOf(before, (int) (place / 8)));
            case DELETE -> Files.delete(file);
            case SWAP -> {
                Files.write(file, otherBefore);
                Files.write(other, before);
            }
        }
    }

    void undo() throws IOException {
        Files.write(file, before);
        Files.write(other, otherBefore);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case FLIP -> "flip of bit " + place % 8 + " of byte " + place / 8 + " of " + file.getFileName();
            case TRUNCATE -> file.getFileName() + " cut to " + place / 8 + " of " + before.length + " bytes";
            case DELETE -> file.getFileName() + " deleted";
            case SWAP -> file.getFileName() + " swapped with " + other.getFileName();
        };
    }
}
