package io.lakeproof.jobs.lineage;

import static io.lakeproof.jobs.lineage.SealText.count;
import static io.lakeproof.jobs.lineage.SealText.shortened;
import static io.lakeproof.jobs.lineage.SealText.span;

import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Rollbacks;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.StandingInput;
import io.lakeproof.lineage.StandingInputs;
import io.lakeproof.model.InputFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A version with what it was made from, and what that was made from, as far as the seals of the same ledger tell. A table that
 * was read is compared with its own seal on the way.
 */
final class LineageTree {
    /** How many inputs or partitions of one kind are listed, unless all are wanted. */
    private static final int LISTED = 20;

    private static final String DATE = "event_date=";

    private final Consumer<String> say;
    private final Ledger ledger;
    private final LineageRequest request;
    private final List<String> unlinked = new ArrayList<>();

    LineageTree(Consumer<String> say, Ledger ledger, LineageRequest request) {
        this.say = say;
        this.ledger = ledger;
        this.request = request;
    }

    /** Says what a seal says; of one version, with its inputs and partitions. */
    void show(Seal seal) {
        boolean whole = request.version().isPresent();
        say.accept("└─ version " + seal.version() + "  " + seal.outcome() + "  " + seal.sealedAt() + "  digest "
                + shortened(seal.digest().hex(), whole));
        SealText.lines(seal, whole).forEach((name, text) -> line("   ├─ ", name, text));
        boolean last = !whole;
        line(
                last ? "   └─ " : "   ├─ ",
                "inputs",
                seal.inputs().size() + ", " + bytes(seal.inputs()) + " bytes; settings "
                        + shortened(seal.configDigest(), whole));
        inputs(last ? "      " : "   │  ", seal.inputs(), request.steps());
        if (whole) {
            partitions(seal.digest());
        }
    }

    /** Fails with {@link Failure.Integrity} if a table that was read is not what its own seal says. */
    void requireLinked() {
        if (!unlinked.isEmpty()) {
            throw new Failure.Integrity(
                    "the seals do not agree on what was read: " + String.join("; ", unlinked),
                    "Find out who changed the ledger; restore it to a version before the change.");
        }
    }

    private void inputs(String indent, List<SealedInput> inputs, int steps) {
        if (steps > 0) {
            each(indent, inputs, "file", (branch, input) -> input(indent, branch, input, steps));
        }
    }

    private void input(String indent, String branch, SealedInput input, int steps) {
        InputFile file = input.file();
        if (input.isGone() || !file.isTable()) {
            say.accept(indent + branch + file.path() + "  " + (input.isGone() ? "gone" : told(input)));
            return;
        }
        Optional<Seal> seal = ledger.atOrBefore(String.valueOf(file.etag()), file.length());
        say.accept(indent + branch + file.path() + "  version " + file.length()
                + (input.partitions().isEmpty()
                        ? ""
                        : ", " + count(input.partitions().size(), "partition"))
                + seal.map(s -> ", digest " + shortened(s.digest().hex(), true)).orElse(", without a seal here"));
        String below = indent + (branch.startsWith("└") ? "   " : "│  ");
        seal.ifPresent(s -> {
            SealText.lines(s, true).forEach((name, text) -> line(below + "├─ ", name, text));
            linked(below, input, s);
            made(below, input, s, steps - 1);
        });
    }

    /** Whether the partitions that were read are those that the table's own seal has. */
    private void linked(String indent, SealedInput input, Seal seal) {
        long wrong = 0;
        for (Map.Entry<String, String> read : input.partitions().entrySet()) {
            MultisetDigest sealed = seal.digest().partitions().get(read.getKey());
            if (sealed == null || !TableDigest.partitionDigest(sealed).equals(read.getValue())) {
                unlinked.add(input.file().path() + ": " + read.getKey() + " of version "
                        + input.file().length() + " was read with digest " + read.getValue()
                        + ", and is sealed with "
                        + (sealed == null ? "no rows" : TableDigest.partitionDigest(sealed)));
                wrong++;
            }
        }
        if (!input.partitions().isEmpty()) {
            line(
                    indent + "├─ ",
                    "read",
                    wrong == 0
                            ? count(input.partitions().size(), "partition") + ", each with the digest of this seal"
                            : count(wrong, "partition") + " NOT WITH THE DIGEST OF THIS SEAL");
        }
    }

    /** What gave rows to the partitions that were read of a table, up to its version. */
    private void made(String indent, SealedInput input, Seal seal, int steps) {
        StandingInputs standing = new StandingInputs(true);
        Rollbacks rollbacks = ledger.rollbacks(seal.tableId()).upTo(seal.version());
        ledger.eachSeal(seal.tableId(), earlier -> {
            boolean isWrite = !earlier.job().equals(Rollbacks.JOB); // a rollback read the table itself
            if (earlier.version() <= seal.version() && isWrite && rollbacks.stands(earlier)) {
                standing.add(earlier);
            }
        });
        Set<String> dates = new TreeSet<>();
        input.partitions().keySet().stream()
                .filter(path -> path.startsWith(DATE))
                .forEach(path -> dates.add(path.substring(DATE.length())));
        List<SealedInput> inputs = standing.all().stream()
                .map(StandingInput::input)
                .filter(made -> dates.isEmpty() || made.dates().stream().anyMatch(dates::contains))
                .toList();
        line(
                indent + "└─ ",
                "inputs",
                count(inputs.size(), "input") + " of the versions up to this one, " + bytes(inputs)
                        + " bytes; settings " + seal.configDigest());
        inputs(indent + "   ", inputs, steps);
    }

    private void partitions(TableDigest digest) {
        line(
                "   └─ ",
                "content",
                count(digest.rows(), "row") + " in " + count(digest.partitions().size(), "partition"));
        List<String> paths = List.copyOf(digest.partitions().keySet());
        each("      ", paths, "partition", (branch, path) -> {
            MultisetDigest rows = digest.partitions().getOrDefault(path, MultisetDigest.EMPTY);
            say.accept("      " + branch + path + "  " + rows.count() + " rows  " + rows.sum());
        });
    }

    private <T> void each(String indent, List<T> all, String what, BiConsumer<String, T> show) {
        int listed = request.whole() || all.size() <= LISTED ? all.size() : LISTED;
        for (int i = 0; i < listed; i++) {
            show.accept(i == all.size() - 1 ? "└─ " : "├─ ", all.get(i));
        }
        if (listed < all.size()) {
            say.accept(indent + "└─ … and " + count(all.size() - listed, "more " + what) + "; --all-inputs lists all");
        }
    }

    private static String told(SealedInput input) {
        return input.file().length() + " bytes  "
                + Instant.ofEpochMilli(input.file().modifiedMillis()) + "  "
                + (input.dates().isEmpty() ? "no rows accepted" : span(input.dates()));
    }

    private static long bytes(List<SealedInput> inputs) {
        return inputs.stream()
                .filter(input -> !input.file().isTable()) // of a table, the length is its version
                .mapToLong(input -> Math.max(0, input.file().length()))
                .sum();
    }

    private void line(String branch, String name, String text) {
        say.accept(String.format("%s%-7s %s", branch, name, text));
    }
}
