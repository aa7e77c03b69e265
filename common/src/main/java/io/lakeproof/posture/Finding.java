package io.lakeproof.posture;

/**
 * What a check found.
 *
 * @param check its name, of those that docs/doctor.md lists
 * @param subject bucket, table or setting
 * @param found how it is
 * @param why what it means for the tables; empty if all is well
 * @param fix a command or a setting, never empty for an error or a warning
 */
public record Finding(String check, Severity severity, String subject, String found, String why, String fix) {
    public Finding {
        boolean isBad = severity == Severity.ERROR || severity == Severity.WARNING;
        if (isBad && (why.isBlank() || fix.isBlank())) {
            throw new IllegalArgumentException(check + " of " + subject + " does not say why it matters, or the fix");
        }
    }

    /** All is well. */
    public static Finding ok(String check, String subject, String found) {
        return new Finding(check, Severity.OK, subject, found, "", "");
    }
}
