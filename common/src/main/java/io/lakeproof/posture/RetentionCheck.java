package io.lakeproof.posture;

/** Whether Delta keeps versions for as long as the configuration and the pins promise them. */
public final class RetentionCheck {
    public static final String NAME = "retention";

    private RetentionCheck() {}

    /**
     * What a table keeps, in whole days.
     *
     * @param keptDays the shorter of its properties for the log and for removed files; 0 if one is in a form that nobody knows
     * @param promisedDays by the configuration
     * @param neededDays for what is promised or pinned now
     * @param wantedDays the same with room until somebody looks again
     * @param pins how many
     */
    public record Kept(long keptDays, long promisedDays, long neededDays, long wantedDays, int pins) {}

    /** Judges. */
    public static Finding of(String table, String path, Kept kept) {
        String promise = "the configuration promises " + kept.promisedDays() + " days"
                + (kept.pins() == 0 ? "" : ", " + kept.pins() + (kept.pins() == 1 ? " pin" : " pins"));
        String properties = "delta.logRetentionDuration and delta.deletedFileRetentionDuration";
        if (kept.keptDays() >= kept.neededDays()) {
            return Finding.ok(NAME, table, properties + " keep " + kept.keptDays() + " days; " + promise);
        }
        return new Finding(
                NAME,
                Severity.ERROR,
                table,
                "the shorter of " + properties + " is " + kept.keptDays() + " days; needed are " + kept.neededDays()
                        + " (" + promise + ")",
                "Delta takes commits out of the log, and VACUUM files, that a promised or pinned version needs.",
                "ALTER TABLE delta.`" + path.replace("`", "``")
                        + "` SET TBLPROPERTIES ('delta.logRetentionDuration' = 'interval "
                        + kept.wantedDays() + " days', 'delta.deletedFileRetentionDuration' = 'interval "
                        + kept.wantedDays()
                        + " days'); `lakeproof retain` does the same, and deletes what nobody needs");
    }
}
