package io.lakeproof.aws;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What object storage says when it refuses, by the codes of its answers (docs.aws.amazon.com, Amazon S3 API Reference, "Error
 * responses"), and what can be done.
 */
enum S3Error {
    WRONG_KEY(
            Kind.ACCESS,
            "the access key is not known, or its secret is wrong",
            "Mend the credentials that the default chain finds: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the profile, or"
                    + " the role.",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidClientTokenId"),
    EXPIRED(
            Kind.ACCESS,
            "the credentials have expired, or their session token is wrong",
            "Get new ones (aws sso login, sts assume-role), or run where a role renews them, then run again.",
            "ExpiredToken",
            "ExpiredTokenException",
            "TokenRefreshRequired",
            "InvalidToken"),
    CLOCK(
            Kind.ACCESS,
            "the clock of this machine differs too much from that of the server",
            "Set the clock (chronyc makestep, or timedatectl set-ntp true).",
            "RequestTimeTooSkewed"),
    ARCHIVED(
            Kind.ARCHIVED,
            "the object lies in an archive and must be restored before it can be read",
            "Run `lakeproof lifecycle restore` for the dates that the job needs, then run again.",
            "InvalidObjectState"),
    NO_BUCKET(
            Kind.SETTING,
            "there is no such bucket",
            "Mend the name of the bucket, or create it in the region of s3.region.",
            "NoSuchBucket",
            "InvalidBucketName"),
    REGION(
            Kind.SETTING,
            "the bucket is in another region, or at another endpoint",
            "Set s3.region to the region of the bucket (aws s3api get-bucket-location --bucket NAME) and s3.endpoint to match.",
            "PermanentRedirect",
            "TemporaryRedirect",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException",
            "IncorrectEndpoint"),
    KEY(
            Kind.SETTING,
            "the KMS key cannot be used",
            "Mend s3.kms-key, or enable the key; it must be in the region of the bucket.",
            "KMS.NotFoundException",
            "KMS.DisabledException",
            "KMS.KMSInvalidStateException",
            "KMS.InvalidStateException"),
    DENIED(
            Kind.ACCESS,
            "access is denied",
            "Give the role what the job's policy in docs/iam has, for this bucket and path, and kms:GenerateDataKey and"
                    + " kms:Decrypt if a KMS key encrypts it.",
            "AccessDenied",
            "AllAccessDisabled",
            "AccountProblem",
            "KMS.AccessDeniedException"),
    BUSY(
            Kind.TRANSIENT,
            "the storage is busy or has a fault of its own",
            "Run again later; s3.attempts and s3.call-timeout say how long a run tries.",
            "SlowDown",
            "ServiceUnavailable",
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
            "TooManyRequests",
            "InternalError",
            "RequestTimeout",
            "OperationAborted",
            "KMS.ThrottlingException");

    private enum Kind {
        ACCESS,
        ARCHIVED,
        SETTING,
        TRANSIENT
    }

    private final Kind kind;
    private final String what;
    private final String fix;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of
    private final Set<String> codes;

    S3Error(Kind kind, String what, String fix, String... codes) {
        this.kind = kind;
        this.what = what;
        this.fix = fix;
        this.codes = Set.of(codes);
    }

    /**
     * What an answer means.
     *
     * @param code of the answer; null or empty if it had no body, as answers to HEAD have none
     * @param status of HTTP; 0 if unknown
     */
    static Optional<S3Error> of(@Nullable String code, int status) {
        Optional<S3Error> byCode = Arrays.stream(values())
                .filter(error -> code != null && error.codes.contains(code))
                .findFirst();
        return byCode.or(() -> Optional.ofNullable(
                switch (status) {
                    case 301, 307 -> REGION;
                    case 401, 403 -> DENIED;
                    case 429, 500, 502, 503, 504 -> BUSY;
                    default -> null;
                }));
    }

    /** The code that a text names, if it is one of these. */
    static Optional<String> codeIn(String text) {
        return Arrays.stream(values())
                .flatMap(error -> error.codes.stream())
                .filter(code -> text.matches("(?s).*(?<![A-Za-z.])" + code.replace(".", "\\.") + "(?![A-Za-z.]).*"))
                .findFirst();
    }

    /**
     * The failure.
     *
     * @param where path or bucket
     * @param said what the server or the library said, one line
     */
    Failure failure(String where, String said, Throwable cause) {
        String problem = where + ": " + what + (said.isBlank() ? "" : " (" + said + ")");
        return switch (kind) {
            case ACCESS -> new Failure.AccessDenied(problem, fix, cause);
            case ARCHIVED -> new Failure.Archived(problem, fix, cause);
            case SETTING -> new Failure.Configuration(problem, fix, cause);
            case TRANSIENT -> new Failure.Conflict(Retry.VERIFY_FIRST, problem, fix, cause);
        };
    }
}
