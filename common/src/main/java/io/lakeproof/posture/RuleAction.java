package io.lakeproof.posture;

import io.lakeproof.model.StorageClass;

/** What a lifecycle rule does with the objects that it finds (Amazon S3 User Guide, "Lifecycle configuration elements"). */
public sealed interface RuleAction {
    /** What it means for a part of what is stored. */
    Verdict on(Part part);

    /**
     * How bad it is.
     *
     * @param what it does, in words, behind the name of the rule
     * @param why it matters; empty if it does not
     */
    record Verdict(Severity severity, String what, String why) {}

    /**
     * Deletes objects.
     *
     * @param when {@code after 30 days}
     */
    record Expire(String when) implements RuleAction {
        @Override
        public Verdict on(Part part) {
            return switch (part) {
                case LOG ->
                    new Verdict(
                            Severity.ERROR,
                            "deletes files of _delta_log " + when,
                            "Without its commits and checkpoints a table cannot be read; Delta and `retain` clean the"
                                    + " log themselves.");
                case DATA ->
                    new Verdict(
                            Severity.ERROR,
                            "deletes data files " + when,
                            "It counts the age of objects and does not know which of them the newest version, a"
                                    + " promised or a pinned one needs.");
                case RECORDS ->
                    new Verdict(
                            Severity.ERROR,
                            "deletes files of it " + when,
                            "Seals, pins and refused rows are needed whole, whatever their age.");
                case INPUT ->
                    new Verdict(
                            Severity.WARNING,
                            "deletes input " + when,
                            "A date that changes is built anew from all its inputs, and `drill` makes versions again"
                                    + " from them.");
            };
        }
    }

    /**
     * Moves objects to another storage class.
     *
     * @param when {@code after 30 days}
     */
    record Move(String when, String storageClass) implements RuleAction {
        @Override
        public Verdict on(Part part) {
            String what = "moves " + name(part) + " to " + storageClass + " " + when;
            boolean isInput = part == Part.INPUT;
            if (!isReadable(storageClass)) {
                return new Verdict(
                        isInput ? Severity.WARNING : Severity.ERROR,
                        what,
                        isInput
                                ? "A run that needs it ends with 69 until it is restored."
                                : "Spark cannot read an object there: every read that needs it fails until it is"
                                        + " restored.");
            }
            if (part == Part.DATA || isInput || storageClass.equals(StorageClass.INTELLIGENT_TIERING.name())) {
                return new Verdict(
                        Severity.INFO,
                        what,
                        "It counts the age of objects, which compaction makes young, and not of event dates; with"
                                + " archive tiers of Intelligent-Tiering, or with rows of minimum size and duration, it"
                                + " may cost more than it saves.");
            }
            return new Verdict(
                    Severity.WARNING,
                    what,
                    "Every read of the table reads it, and each is billed as a retrieval; most of its objects are"
                            + " smaller than what is billed at least.");
        }
    }

    /** Deletes versions of objects that were overwritten or deleted so many days ago. */
    record ExpireNoncurrent(int days) implements RuleAction {
        private static final int ENOUGH = 7;

        @Override
        public Verdict on(Part part) {
            return new Verdict(
                    days < ENOUGH && part != Part.INPUT ? Severity.WARNING : Severity.OK,
                    "deletes noncurrent versions after " + days + (days == 1 ? " day" : " days"),
                    "A deletion by mistake can be undone for so long, and has to be noticed first; a week is the"
                            + " least.");
        }
    }

    /** Moves such versions. */
    record MoveNoncurrent(int days, String storageClass) implements RuleAction {
        @Override
        public Verdict on(Part part) {
            return new Verdict(
                    isReadable(storageClass) ? Severity.OK : Severity.INFO,
                    "moves noncurrent versions to " + storageClass + " after " + days + " days",
                    "To undo a deletion by mistake then takes hours: the versions must be restored first.");
        }
    }

    /** Ends uploads in parts that were begun so many days ago and never finished. */
    record AbortUploads(int days) implements RuleAction {
        @Override
        public Verdict on(Part part) {
            return new Verdict(
                    days < 2 ? Severity.INFO : Severity.OK,
                    "ends unfinished uploads after " + days + (days == 1 ? " day" : " days"),
                    "A file that is written for longer fails; 7 days are usual.");
        }
    }

    /** Deletes markers of deletions behind which no version is left. */
    record DropMarkers() implements RuleAction {
        @Override
        public Verdict on(Part part) {
            return new Verdict(Severity.OK, "deletes markers without versions", "");
        }
    }

    private static String name(Part part) {
        return switch (part) {
            case LOG -> "_delta_log";
            case DATA -> "data files";
            case RECORDS -> "its files";
            case INPUT -> "input";
        };
    }

    /** A class that rules do not know is taken for one that can be read. */
    private static boolean isReadable(String storageClass) {
        return StorageClass.named(storageClass).map(StorageClass::isReadable).orElse(true);
    }
}
