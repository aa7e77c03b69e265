package io.lakeproof.jobs.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.posture.Finding;
import io.lakeproof.posture.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Findings in words and in JSON. */
public final class DoctorReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DoctorReport() {}

    /** For a person: what is bad with reason and fix, what is well in a line each. */
    public static List<String> text(List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-12s %s, %s: %s",
                    finding.severity().word(),
                    finding.subject(),
                    finding.check(),
                    finding.found()));
            if (finding.severity() != Severity.OK && !finding.why().isEmpty()) {
                lines.add("  why        " + finding.why());
            }
            if (!finding.fix().isEmpty()) {
                lines.add("  fix        " + finding.fix());
            }
        }
        return lines;
    }

    /** For a machine: one line. */
    public static List<String> json(List<Finding> findings) {
        List<Map<String, String>> checks = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, String> check = new LinkedHashMap<>();
            check.put("check", finding.check());
            check.put("severity", finding.severity().word());
            check.put("subject", finding.subject());
            check.put("found", finding.found());
            check.put("why", finding.why());
            check.put("fix", finding.fix());
            checks.add(check);
        }
        try {
            return List.of(JSON.writeValueAsString(Map.of("checks", checks)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
