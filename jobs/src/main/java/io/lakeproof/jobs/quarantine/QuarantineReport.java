package io.lakeproof.jobs.quarantine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run refused.
 *
 * @param path of the quarantine
 * @param rows refused, and not requeued since
 * @param requeued refused, and since brought into the table by a requeue
 * @param reasons the rows by reason, most first
 * @param files the rows by input, most first
 * @param dates the rows by event date, in order; rows whose date is not known are in none
 * @param samples some of the rows
 */
public record QuarantineReport(
        String path,
        String pipeline,
        String runKey,
        long rows,
        long requeued,
        List<Count> reasons,
        List<Count> files,
        List<Count> dates,
        List<Sample> samples) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public QuarantineReport {
        reasons = List.copyOf(reasons);
        files = List.copyOf(files);
        dates = List.copyOf(dates);
        samples = List.copyOf(samples);
    }

    /** So many rows have this in common. */
    public record Count(String name, long rows) {}

    /**
     * One refused row.
     *
     * @param line the beginning of the line, with escapes for whatever would break a line or a terminal
     * @param bytes of the whole line
     */
    public record Sample(
            String reason, String file, @Nullable String detail, String line, long bytes) {}

    /** For people. */
    public List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add("quarantine   " + path + ", run " + runKey);
        lines.add(String.format(
                Locale.ROOT,
                "refused      %,d rows%s",
                rows,
                requeued == 0 ? "" : String.format(Locale.ROOT, "; %,d more were requeued since", requeued)));
        counts(lines, "by reason", reasons);
        counts(lines, "by file", files);
        counts(lines, "by date", dates);
        for (Sample sample : samples) {
            lines.add("sample       " + sample.reason + " in " + sample.file);
            if (sample.detail != null) {
                lines.add("             " + sample.detail);
            }
            lines.add("             | " + sample.line);
        }
        return lines;
    }

    /** For machines: one line. */
    public List<String> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("quarantine", path);
        fields.put("pipeline", pipeline);
        fields.put("runKey", runKey);
        fields.put("rows", rows);
        fields.put("requeued", requeued);
        fields.put("reasons", map(reasons));
        fields.put("files", map(files));
        fields.put("dates", map(dates));
        fields.put("samples", samples.stream().map(QuarantineReport::fields).toList());
        try {
            return List.of(JSON.writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void counts(List<String> lines, String title, List<Count> counts) {
        String first = title;
        for (Count count : counts) {
            lines.add(String.format(Locale.ROOT, "%-12s %,10d  %s", first, count.rows, count.name));
            first = "";
        }
    }

    private static Map<String, Long> map(List<Count> counts) {
        Map<String, Long> map = new LinkedHashMap<>();
        counts.forEach(count -> map.put(count.name, count.rows));
        return map;
    }

    private static Map<String, @Nullable Object> fields(Sample sample) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("reason", sample.reason);
        fields.put("file", sample.file);
        fields.put("detail", sample.detail);
        fields.put("line", sample.line);
        fields.put("bytes", sample.bytes);
        return fields;
    }
}
