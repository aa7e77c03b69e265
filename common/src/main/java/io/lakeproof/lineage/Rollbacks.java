package io.lakeproof.lineage;

import io.lakeproof.delta.Commit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What rollbacks took back of a table: which writes its partitions still hold. A partition that was rolled back holds what it
 * held at the version it went to, so the writes in between count no more, and those that an earlier rollback had taken back
 * may count again.
 */
public final class Rollbacks {
    /** What the seals and notes of rollbacks call the job. */
    public static final String JOB = "rollback";

    /**
     * One rollback.
     *
     * @param version that it committed
     * @param to the version that its partitions went back to
     * @param partitions Hive-style paths
     */
    public record Rollback(long version, long to, Set<String> partitions) {
        public Rollback {
            partitions = Set.copyOf(partitions);
        }

        static Rollback of(long version, List<SealedInput> inputs, Collection<String> partitions) {
            return new Rollback(version, inputs.get(0).file().length(), new HashSet<>(partitions));
        }
    }

    /** None. */
    public static final Rollbacks NONE = new Rollbacks(List.of());

    private final List<Rollback> newestFirst;

    Rollbacks(Collection<Rollback> rollbacks) {
        List<Rollback> sorted = new ArrayList<>(rollbacks);
        sorted.sort(Comparator.comparingLong(Rollback::version).reversed());
        this.newestFirst = List.copyOf(sorted);
    }

    /** These, and those among commits that have no seal yet. */
    public Rollbacks and(Collection<Commit> unsealed) {
        List<Rollback> all = new ArrayList<>(newestFirst);
        for (Commit commit : unsealed) {
            CommitNote.of(commit)
                    .filter(Rollbacks::isRollback)
                    .ifPresent(note -> all.add(Rollback.of(commit.version(), note.inputs(), note.partitions())));
        }
        return all.size() == newestFirst.size() ? this : new Rollbacks(all);
    }

    /** True if there is one that committed after a version. */
    public boolean isAnyAfter(long version) {
        return !newestFirst.isEmpty() && newestFirst.get(0).version > version;
    }

    public static boolean isRollback(CommitNote note) {
        return note.job().equals(JOB);
    }

    /**
     * True if what a version wrote to a partition was not taken back; whether a later version replaced it is another question.
     *
     * @param partition its Hive-style path
     */
    public boolean stands(long version, String partition) {
        long newest = Long.MAX_VALUE;
        for (Rollback rollback : newestFirst) {
            if (rollback.version <= newest && rollback.partitions.contains(partition)) {
                if (version >= rollback.version) {
                    return version <= newest;
                }
                newest = rollback.to;
            }
        }
        return version <= newest;
    }

    /** These, but for those after a version: what was taken back when it was the newest. */
    public Rollbacks upTo(long version) {
        return new Rollbacks(newestFirst.stream()
                .filter(rollback -> rollback.version <= version)
                .toList());
    }

    /** True if a run wrote nothing, or something that was not taken back. */
    public boolean stands(Seal seal) {
        List<String> written = seal.replacedPartitions();
        return written.isEmpty() || written.stream().anyMatch(path -> stands(seal.version(), path));
    }
}
