package io.lakeproof.delta;

import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Place;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * A process that tries to commit every version before another process does. It makes NAME.ready in a folder, waits for the
 * file go there, and lists the versions that it won in NAME.won.
 */
final class ConditionalLogStoreRacer {
    static final int VERSIONS = 100;

    private static final long PACE_MILLIS = 40;

    private ConditionalLogStoreRacer() {}

    /**
     * Runs one of the processes.
     *
     * @param args the endpoint, the folder, the name of this process
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[1]);
        String name = args[2];
        Configuration hadoop = ConditionalLogStoreTest.hadoop(new S3Config(
                new Place(Optional.of("us-east-1"), Optional.of(URI.create(args[0])), true),
                S3Config.DEFAULT.writes(),
                S3Config.DEFAULT.patience(),
                S3Config.DEFAULT.writers()));
        ConditionalLogStore store = new ConditionalLogStore(hadoop);
        store.write(
                new org.apache.hadoop.fs.Path("s3a://commits/warm/" + name),
                List.of("warm").iterator(),
                false,
                hadoop);
        Files.createFile(folder.resolve(name + ".ready"));
        while (!Files.exists(folder.resolve("go"))) {
            Thread.sleep(1);
        }
        long start = System.currentTimeMillis() + 200;
        List<String> won = new ArrayList<>();
        for (int version = 0; version < VERSIONS; version++) {
            // Both begin each version together, or the one that has fallen behind only ever sees what the other has
            // done.
            Thread.sleep(Math.max(0, start + version * PACE_MILLIS - System.currentTimeMillis()));
            if (wins(store, version, name, hadoop)) {
                won.add(String.valueOf(version));
            }
        }
        Files.write(folder.resolve(name + ".won"), won);
    }

    private static boolean wins(ConditionalLogStore store, int version, String name, Configuration hadoop)
            throws IOException {
        try {
            store.write(commit(version), lines(name).iterator(), false, hadoop);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    static org.apache.hadoop.fs.Path commit(int version) {
        return new org.apache.hadoop.fs.Path(String.format("s3a://commits/race/_delta_log/%020d.json", version));
    }

    static Stream<String> lines(String name) {
        return IntStream.range(0, 50).mapToObj(i -> "{\"line\":" + i + ",\"of\":\"" + name + "\"}");
    }
}
