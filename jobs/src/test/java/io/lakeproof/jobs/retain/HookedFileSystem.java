package io.lakeproof.jobs.retain;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The local disk, where something happens before a folder is listed or a file is deleted. For one test at a time. */
public final class HookedFileSystem extends LocalFileSystem {
    private static Consumer<Path> beforeList = HookedFileSystem::nothing;
    private static Consumer<Path> beforeDelete = HookedFileSystem::nothing;

    /** Runs some work with it in the place of the local disk. */
    static void during(Configuration hadoop, Consumer<Path> list, Consumer<Path> delete, Runnable work) {
        beforeList = list;
        beforeDelete = delete;
        hadoop.set("fs.file.impl", HookedFileSystem.class.getName());
        hadoop.set("fs.file.impl.disable.cache", "true");
        try {
            work.run();
        } finally {
            hadoop.unset("fs.file.impl.disable.cache");
            hadoop.unset("fs.file.impl");
            beforeList = HookedFileSystem::nothing;
            beforeDelete = HookedFileSystem::nothing;
        }
    }

    static void nothing(Path path) {}

    @Override
    public FileStatus[] listStatus(Path folder) throws IOException {
        beforeList.accept(folder);
        return super.listStatus(folder);
    }

    @Override
    public boolean delete(Path path, boolean isRecursive) throws IOException {
        beforeDelete.accept(path);
        return super.delete(path, isRecursive);
    }
}
