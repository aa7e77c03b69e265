package io.lakeproof.aws;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an exception of the AWS SDK means. */
final class BucketFailures {
    private BucketFailures() {}

    /**
     * Tells it.
     *
     * @param what was asked for
     */
    static Failure of(String what, SdkException e) {
        String problem = what + ": " + e.getMessage();
        if (!(e instanceof AwsServiceException service) || service.awsErrorDetails() == null) {
            return String.valueOf(e.getMessage()).contains("credentials")
                    ? new Failure.AccessDenied(problem, "Give the job credentials that the AWS SDK finds.", e)
                    : unreachable(problem, e);
        }
        String code = String.valueOf(service.awsErrorDetails().errorCode());
        return switch (service.statusCode()) {
            case 401, 403 -> new Failure.AccessDenied(problem, "Give the job the right, or credentials that hold.", e);
            case 301, 307, 404 ->
                new Failure.Configuration(problem, "Mend the name of the bucket, s3.region or s3.endpoint.", e);
            case 409, 429, 500, 502, 503, 504 -> unreachable(problem, e);
            default ->
                code.startsWith("Expired") || code.contains("Token")
                        ? new Failure.AccessDenied(problem, "Give the job new credentials.", e)
                        : new Failure.Configuration(problem, "S3 refuses the request: mend what it names.", e);
        };
    }

    private static Failure unreachable(String problem, SdkException e) {
        return new Failure.Conflict(
                Retry.SAFE, problem, "Run again; if it stays so, look at s3.endpoint and the network.", e);
    }
}
