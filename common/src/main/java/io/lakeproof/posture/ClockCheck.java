package io.lakeproof.posture;

import java.time.Duration;

/** The clock of this machine against that of the storage. */
public final class ClockCheck {
    public static final String NAME = "clock";

    /** S3 refuses a request that is signed with a time further away (Amazon S3 API Reference, RequestTimeTooSkewed). */
    private static final Duration REFUSED = Duration.ofMinutes(15);

    /** What time servers are never off by. */
    private static final Duration NOTICED = Duration.ofSeconds(30);

    private ClockCheck() {}

    /** Judges one reading. */
    public static Finding of(String bucket, ClockReading reading) {
        Duration off = reading.ahead().abs();
        String found =
                off.toSeconds() + " s " + (reading.ahead().isNegative() ? "behind" : "ahead of") + " the storage";
        if (off.compareTo(NOTICED) <= 0) {
            return Finding.ok(NAME, bucket, "this machine is within " + NOTICED.toSeconds() + " s of the storage");
        }
        boolean isRefused = off.compareTo(REFUSED) > 0;
        return new Finding(
                NAME,
                isRefused ? Severity.ERROR : Severity.WARNING,
                bucket,
                "this machine is " + found,
                isRefused
                        ? "S3 refuses requests that are more than 15 minutes off, and `retain` takes ages of files by"
                                + " this clock."
                        : "`retain` and the tiers of `lifecycle` take ages by this clock, and S3 refuses requests that"
                                + " are more than 15 minutes off.",
                "chronyc makestep, or timedatectl set-ntp true");
    }
}
