package io.lakeproof.delta;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * A process that tries to create every file before another process does. Beside the shared folder it makes NAME.ready, waits
 * for the file go, and lists the files that it won in NAME.won.
 */
final class LinkLogStoreRacer {
    static final int FILES = 200;

    private LinkLogStoreRacer() {}

    /**
     * Runs one of the processes.
     *
     * @param args the shared folder, the name of this process
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path shared = Path.of(args[0]);
        String name = args[1];
        Configuration hadoop = new Configuration();
        LinkLogStore store = new LinkLogStore(hadoop);
        Files.createFile(shared.resolveSibling(name + ".ready"));
        while (!Files.exists(shared.resolveSibling("go"))) {
            Thread.onSpinWait();
        }
        List<String> won = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            if (wins(store, shared.resolve(i + ".json"), name, hadoop)) {
                won.add(i + ".json");
            }
        }
        Files.write(shared.resolveSibling(name + ".won"), won);
    }

    private static boolean wins(LinkLogStore store, Path file, String name, Configuration hadoop) throws IOException {
        try {
            store.write(new org.apache.hadoop.fs.Path(file.toUri()), lines(name).iterator(), false, hadoop);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /** Enough that a file that is still being written would show. */
    static List<String> lines(String name) {
        return IntStream.range(0, 200)
                .mapToObj(i -> "{\"line\":" + i + ",\"of\":\"" + name + "\"}")
                .toList();
    }
}
