package io.lakeproof.aws;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an exception of Lakeproof's own calls to object storage, or of S3A's, means for a run. */
public final class S3Failures {
    /** The end of a message of the SDK, in either of its generations. */
    private static final Pattern STATUS = Pattern.compile("Status Code: (\\d{3})");

    private static final String UNREACHABLE = "the storage cannot be reached, or does not answer in time";
    private static final String REACH_IT =
            "Look at s3.endpoint, s3.region and the network, then run again; s3.attempts,"
                    + " s3.connect-timeout and s3.call-timeout say how long a run tries.";

    private S3Failures() {}

    /** The failure that an exception of the SDK stands for. */
    static Failure of(SdkException exception, String where) {
        if (exception instanceof AwsServiceException service) {
            String code = service.awsErrorDetails() == null
                    ? null
                    : service.awsErrorDetails().errorCode();
            Optional<S3Error> error = S3Error.of(code, service.statusCode());
            if (error.isPresent()) {
                return error.get().failure(where, said(service), service);
            }
            return new Failure.Configuration(
                    where + ": the server refuses the request (" + said(service) + ")",
                    "Look whether s3.endpoint is a server of the S3 protocol and knows what is asked of it.",
                    service);
        }
        return ofClient(exception, where);
    }

    private static String said(AwsServiceException service) {
        String code = service.awsErrorDetails() == null
                ? ""
                : service.awsErrorDetails().errorCode() + ", ";
        return code + "HTTP " + service.statusCode();
    }

    /** No answer came. */
    private static Failure ofClient(Throwable exception, String where) {
        String message = firstLine(exception);
        if (message.startsWith("Unable to load credentials")) {
            return noCredentials(where, exception);
        }
        if (message.startsWith("Unable to load region")) {
            return new Failure.Configuration(
                    where + ": the region is not known", "Set s3.region, or AWS_REGION in the environment.", exception);
        }
        return unreachable(where, exception);
    }

    private static Failure noCredentials(String where, Throwable exception) {
        return new Failure.AccessDenied(
                where + ": there are no credentials",
                "Give the job a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
                exception);
    }

    private static Failure unreachable(String where, Throwable exception) {
        return new Failure.Conflict(
                Retry.VERIFY_FIRST, where + ": " + UNREACHABLE + " (" + root(exception) + ")", REACH_IT, exception);
    }

    /**
     * The failure that an exception out of Hadoop stands for, if one of its causes is S3A's or the SDK's; empty if storage has
     * nothing to do with it, or if a file is not there, which only the reader can judge.
     */
    public static Optional<Failure> of(Throwable thrown) {
        for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Failure) {
                return Optional.empty();
            }
            if (isOfStorage(cause)) {
                return classified(cause);
            }
        }
        return Optional.empty();
    }

    /** Throws {@link #of}, if there is one: storage that refuses or does not answer says nothing of what a file holds. */
    public static void throwIfOfStorage(Throwable thrown) {
        Optional<Failure> failure = of(thrown);
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** By name: S3A may be that of a platform, and its SDK is another than ours. */
    private static boolean isOfStorage(Throwable cause) {
        String name = cause.getClass().getName();
        return name.startsWith("org.apache.hadoop.fs.s3a.")
                || name.startsWith(String.join(".", "software", "amazon", ""))
                || name.startsWith(SdkException.class.getPackageName())
                || name.startsWith("com.amazonaws.")
                || (cause instanceof IOException
                        && STATUS.matcher(firstLine(cause)).find());
    }

    private static Optional<Failure> classified(Throwable storage) {
        StringBuilder texts = new StringBuilder();
        for (@Nullable Throwable cause = storage; cause != null; cause = cause.getCause()) {
            texts.append(cause.getClass().getSimpleName())
                    .append(": ")
                    .append(cause.getMessage())
                    .append('\n');
        }
        String text = texts.toString();
        Matcher status = STATUS.matcher(text);
        int http = status.find() ? Integer.parseInt(status.group(1)) : 0;
        String where = firstLine(storage);
        Optional<S3Error> error = S3Error.of(S3Error.codeIn(text).orElse(null), http);
        if (error.isPresent()) {
            return error.map(known -> known.failure(where, "", storage));
        }
        if (text.contains("UnknownStoreException")) {
            return Optional.of(S3Error.NO_BUCKET.failure(where, "", storage));
        }
        if (text.contains("Unable to load credentials") || text.contains("NoAuthWithAWSException")) {
            return Optional.of(noCredentials(where, storage));
        }
        return http == 0 || http >= 500 ? connection(storage, where) : Optional.empty();
    }

    private static Optional<Failure> connection(Throwable storage, String where) {
        for (@Nullable Throwable cause = storage; cause != null; cause = cause.getCause()) {
            boolean broken = cause instanceof ConnectException
                    || cause instanceof SocketException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException
                    || cause.getClass()
                            .getSimpleName()
                            .matches(".*(SSL|Timeout|NoHttpResponse|ConnectionClosed|NoResponse|AbortedException).*");
            if (broken) {
                return Optional.of(unreachable(where, storage));
            }
        }
        return Optional.empty();
    }

    private static String root(Throwable exception) {
        Throwable cause = exception;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + firstLine(cause);
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
