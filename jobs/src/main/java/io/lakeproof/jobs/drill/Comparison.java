package io.lakeproof.jobs.drill;

import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.report.PartitionState;
import io.lakeproof.report.State;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What was sealed beside what was restored or made again, partition by partition. */
final class Comparison {
    private final TableDigest sealed;
    private final SortedMap<String, PartitionState> states = new TreeMap<>();

    Comparison(TableDigest sealed) {
        this.sealed = sealed;
    }

    /** The seal's digest. */
    TableDigest sealed() {
        return sealed;
    }

    /** Notes what is known of a partition without a look at its rows. */
    void note(String path, State state, String note) {
        states.put(path, new PartitionState(path, state, note));
    }

    /** Compares every partition of which nothing is noted. */
    void with(TableDigest found) {
        TreeSet<String> paths = new TreeSet<>(sealed.partitions().keySet());
        paths.addAll(found.partitions().keySet());
        paths.removeAll(states.keySet());
        with(found, paths);
        if (!found.schemaDigest().equals(sealed.schemaDigest())) {
            note("(schema)", State.DIFFERS, "columns or types are not those that were sealed");
        }
    }

    /** Compares some partitions, whatever was noted of them. */
    void with(TableDigest found, Collection<String> paths) {
        for (String path : paths) {
            MultisetDigest was = sealed.partitions().getOrDefault(path, MultisetDigest.EMPTY);
            MultisetDigest is = found.partitions().getOrDefault(path, MultisetDigest.EMPTY);
            states.put(path, new PartitionState(path, state(was, is), said(was, is)));
        }
    }

    private static State state(MultisetDigest was, MultisetDigest is) {
        if (was.equals(is)) {
            return State.OK;
        }
        if (is.count() == 0) {
            return State.MISSING;
        }
        return was.count() == 0 ? State.EXTRA : State.DIFFERS;
    }

    private static String said(MultisetDigest was, MultisetDigest is) {
        return was.equals(is) ? is.count() + " rows" : is.differenceFrom(was);
    }

    List<PartitionState> states() {
        return List.copyOf(states.values());
    }

    /** The partitions that are not as sealed. */
    List<PartitionState> bad() {
        return states.values().stream()
                .filter(state -> state.state() != State.OK && state.state() != State.UNCHECKED)
                .toList();
    }

    long count(State state) {
        return states.values().stream().filter(found -> found.state() == state).count();
    }

    /** Rows of the partitions that are as sealed. */
    long rows() {
        return states.values().stream()
                .filter(state -> state.state() == State.OK)
                .mapToLong(state -> sealed.partitions()
                        .getOrDefault(state.path(), MultisetDigest.EMPTY)
                        .count())
                .sum();
    }

    /** True if every partition was looked at and is as sealed. */
    boolean isParity() {
        return count(State.OK) == states.size()
                && states.keySet().containsAll(sealed.partitions().keySet());
    }

    /** For messages: {@code path: what is wrong}. */
    static String line(PartitionState state) {
        return (state.path().isEmpty() ? "(whole table)" : state.path()) + ": "
                + (state.state() == State.UNREADABLE ? "cannot be read: " : "") + state.note();
    }

    /** The partitions with a state, by path. */
    Map<String, PartitionState> byPath() {
        return states;
    }
}
