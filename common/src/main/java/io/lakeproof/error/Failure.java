package io.lakeproof.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure that Lakeproof foresees: it says the problem, the fix, whether to retry, and the exit code. Anything else that
 * is thrown is a bug and exits {@value #BUG}.
 */
public abstract sealed class Failure extends RuntimeException {
    /** The exit code of a success: committed, replayed, replaced, or nothing to do. */
    public static final int OK = 0;

    /** The exit code of an exception that nobody foresaw. */
    public static final int BUG = 70;

    /** The exit code of a run that was stopped by SIGTERM. */
    public static final int CANCELLED = 143;

    private final int exitCode;
    private final Retry retry;
    private final String fix;

    private Failure(int exitCode, Retry retry, String problem, String fix, @Nullable Throwable cause) {
        super(problem, cause);
        this.exitCode = exitCode;
        this.retry = retry;
        this.fix = fix;
    }

    public final int exitCode() {
        return exitCode;
    }

    public final Retry retry() {
        return retry;
    }

    /** What the reader of the message can do about it; one sentence, never empty. */
    public final String fix() {
        return fix;
    }

    /** The name by which the RESULT line and the documentation call this kind of failure. */
    public final String kind() {
        return getClass().getSimpleName();
    }

    /** The problem as a person should read it, without class names. */
    public final String problem() {
        return String.valueOf(getMessage());
    }

    /** 64: the command line is wrong. */
    public static final class Usage extends Failure {
        public Usage(String problem, String fix) {
            super(64, Retry.NEVER, problem, fix, null);
        }
    }

    /** 65: the data does not pass a gate; nothing was published but the quarantine. */
    public static final class DataGate extends Failure {
        public DataGate(String problem, String fix) {
            this(problem, fix, null);
        }

        public DataGate(String problem, String fix, @Nullable Throwable cause) {
            super(65, Retry.NEVER, problem, fix, cause);
        }
    }

    /** 66: the input is not there, or not yet. */
    public static final class InputMissing extends Failure {
        public InputMissing(String problem, String fix) {
            this(problem, fix, null);
        }

        public InputMissing(String problem, String fix, @Nullable Throwable cause) {
            super(66, Retry.SAFE, problem, fix, cause);
        }
    }

    /** 69: data that is needed lies in an archive and must be restored before it can be read. */
    public static final class Archived extends Failure {
        public Archived(String problem, String fix) {
            this(problem, fix, null);
        }

        public Archived(String problem, String fix, @Nullable Throwable cause) {
            super(69, Retry.NEVER, problem, fix, cause);
        }
    }

    /** 74: what is stored is not what was sealed. */
    public static final class Integrity extends Failure {
        public Integrity(String problem, String fix) {
            this(problem, fix, null);
        }

        public Integrity(String problem, String fix, @Nullable Throwable cause) {
            super(74, Retry.NEVER, problem, fix, cause);
        }
    }

    /** 75: another writer, throttling or a lost connection came between; the same call may be made again. */
    public static final class Conflict extends Failure {
        public Conflict(String problem, String fix) {
            this(Retry.SAFE, problem, fix, null);
        }

        public Conflict(Retry retry, String problem, String fix, @Nullable Throwable cause) {
            super(75, retry, problem, fix, cause);
        }
    }

    /** 77: access or a key was denied. */
    public static final class AccessDenied extends Failure {
        public AccessDenied(String problem, String fix, @Nullable Throwable cause) {
            super(77, Retry.NEVER, problem, fix, cause);
        }
    }

    /** 78: the configuration is wrong, or does not fit the data or the stored table. */
    public static final class Configuration extends Failure {
        public Configuration(String problem, String fix) {
            this(problem, fix, null);
        }

        public Configuration(String problem, String fix, @Nullable Throwable cause) {
            super(78, Retry.NEVER, problem, fix, cause);
        }
    }

    /** 143: the run was stopped by a signal. */
    public static final class Cancelled extends Failure {
        public Cancelled() {
            super(
                    CANCELLED,
                    Retry.VERIFY_FIRST,
                    "the run was stopped by a signal",
                    "Run again: it finds out whether it had committed before it was stopped.",
                    null);
        }
    }
}
