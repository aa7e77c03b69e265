package io.lakeproof.config;

import io.lakeproof.model.Sha256;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which rows the curate job makes of a sealed table's rows, and where they go.
 *
 * @param zone the pipeline's: of SQL expressions
 * @param source path of the table to read
 * @param sourceModel the model version of it to read; empty for a table by event date
 * @param select SQL expressions, each a column of the output; {@code *} stands for all columns that do not partition the
 *     source
 * @param where SQL condition on the source's rows; a row for which it is null is left out
 * @param groupBy SQL expressions; empty for a row-wise select
 * @param date SQL expression of a source row, which must be the date of its partition
 * @param version the model version: the partition {@code model} of the output, bound to the definitions
 * @param target path of the table to write
 * @param retentionDays how many days old versions and their files are kept, at least
 * @param constraints conditions that every row of the output must meet, or nothing is committed
 * @param targetFileSize bytes that data files shall have
 * @param clusterBy columns of the output by which rows lie together
 */
public record CurateConfig(
        ZoneId zone,
        String source,
        Optional<String> sourceModel,
        List<String> select,
        Optional<String> where,
        List<String> groupBy,
        String date,
        String version,
        String target,
        int retentionDays,
        List<QualityRule> constraints,
        long targetFileSize,
        List<String> clusterBy) {
    /** The item of {@code select} that stands for all columns. */
    public static final String ALL = "*";

    public CurateConfig {
        select = List.copyOf(select);
        groupBy = List.copyOf(groupBy);
        constraints = List.copyOf(constraints);
        clusterBy = List.copyOf(clusterBy);
    }

    /** The arguments of sums ({@code sum(x)}) in the select, each of which must be of a type that adds up exactly. */
    public List<String> summed() {
        return select.stream()
                .flatMap(item -> OrderGuard.arguments(item, OrderGuard.SUMS).stream())
                .toList();
    }

    /** The arguments of means ({@code avg(x)}) in the select. */
    public List<String> averaged() {
        return select.stream()
                .flatMap(item -> OrderGuard.arguments(item, OrderGuard.MEANS).stream())
                .toList();
    }

    /** SHA-256 over what a model version is bound to: select, where, group-by and date, and what they are read with. */
    public String definitionsDigest() {
        Sha256 sha = new Sha256().raw("lakeproof.curate.1").text(zone.getId()).text(sourceModel.orElse(""));
        sha.number(select.size());
        select.stream().sorted().forEach(sha::text);
        sha.text(where.orElse("")).number(groupBy.size());
        groupBy.stream().sorted().forEach(sha::text);
        return sha.text(date).hex();
    }

    /** SHA-256 over all settings that shape the rows, or decide whether they are published. */
    public String curateDigest() {
        Sha256 sha = new Sha256()
                .raw("lakeproof.curate-job.1")
                .text(definitionsDigest())
                .text(version);
        sha.number(constraints.size());
        constraints.stream()
                .sorted(Comparator.comparing(QualityRule::name))
                .forEach(constraint -> sha.text(constraint.name()).text(constraint.expression()));
        return sha.hex();
    }
}
