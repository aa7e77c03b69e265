package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.aws.RecordedCalls.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * The policies of docs/iam against the calls of a job. Knows what those policies are written with: Allow, wildcards, and
 * StringLike on s3:prefix (AWS Identity and Access Management User Guide, "Policy evaluation logic").
 */
final class PolicyCheck {
    /** Which action of IAM a call needs (Service Authorization Reference, "Actions defined by Amazon S3"). */
    private static final Map<String, String> ACTIONS = Map.ofEntries(
            Map.entry("HeadObject", "s3:GetObject"),
            Map.entry("GetObject", "s3:GetObject"),
            Map.entry("PutObject", "s3:PutObject"),
            Map.entry("CreateMultipartUpload", "s3:PutObject"),
            Map.entry("UploadPart", "s3:PutObject"),
            Map.entry("CompleteMultipartUpload", "s3:PutObject"),
            Map.entry("AbortMultipartUpload", "s3:AbortMultipartUpload"),
            Map.entry("DeleteObject", "s3:DeleteObject"),
            Map.entry("ListObjectsV2", "s3:ListBucket"),
            Map.entry("HeadBucket", "s3:ListBucket"),
            Map.entry("GetObjectTagging", "s3:GetObjectTagging"),
            Map.entry("PutObjectTagging", "s3:PutObjectTagging"),
            Map.entry("RestoreObject", "s3:RestoreObject"),
            Map.entry("PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
            Map.entry("DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"),
            Map.entry("GetBucketVersioning", "s3:GetBucketVersioning"),
            Map.entry("GetBucketEncryption", "s3:GetEncryptionConfiguration"),
            Map.entry("GetBucketPolicy", "s3:GetBucketPolicy"),
            Map.entry("GetBucketPolicyStatus", "s3:GetBucketPolicyStatus"),
            Map.entry("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
            Map.entry("GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
            Map.entry("GetBucketReplication", "s3:GetReplicationConfiguration"),
            Map.entry("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"));

    /** What no server of the tests asks for, or what only a large or a failed upload needs: docs/s3.md says so. */
    private static final Set<String> NEVER_SEEN =
            Set.of("s3:AbortMultipartUpload", "kms:GenerateDataKey", "kms:Decrypt");

    private final JsonNode statements;

    private PolicyCheck(JsonNode statements) {
        this.statements = statements;
    }

    static PolicyCheck of(Path policy) throws IOException {
        return of(Files.readString(policy));
    }

    static PolicyCheck of(String policy) throws IOException {
        return new PolicyCheck(new ObjectMapper().readTree(policy).path("Statement"));
    }

    /** The calls that the policy does not allow. */
    List<String> refused(Set<Call> calls) {
        List<String> refused = new ArrayList<>();
        for (Call call : calls) {
            String action = ACTIONS.get(call.operation());
            assertThat(action).as("the action of %s", call).isNotNull();
            if (all(statements).noneMatch(statement -> allows(statement, action, call))) {
                refused.add(action + " " + call);
            }
        }
        return refused;
    }

    /** What the policy allows and no call needs, each as action and resource. */
    Set<String> idle(Set<Call> calls) {
        Set<String> idle = new TreeSet<>();
        all(statements)
                .forEach(statement -> all(statement.path("Action"))
                        .map(JsonNode::asText)
                        .filter(action -> !NEVER_SEEN.contains(action))
                        .forEach(action -> all(statement.path("Resource"))
                                .map(JsonNode::asText)
                                .filter(resource -> calls.stream()
                                        .noneMatch(call -> action.equals(ACTIONS.get(call.operation()))
                                                && like(resource, arn(action, call))))
                                .forEach(resource -> idle.add(action + " " + resource))));
        return idle;
    }

    /** The actions that the policy allows and no call needs, on whatever resource. */
    Set<String> unused(Set<Call> calls) {
        Set<String> unused = new TreeSet<>();
        all(statements)
                .forEach(statement -> all(statement.path("Action"))
                        .map(JsonNode::asText)
                        .filter(action -> !NEVER_SEEN.contains(action))
                        .forEach(unused::add));
        calls.forEach(call -> unused.remove(ACTIONS.get(call.operation())));
        return unused;
    }

    private static boolean allows(JsonNode statement, String action, Call call) {
        return statement.path("Effect").asText().equals("Allow")
                && all(statement.path("Action")).anyMatch(allowed -> like(allowed.asText(), action))
                && all(statement.path("Resource")).anyMatch(allowed -> like(allowed.asText(), arn(action, call)))
                && (statement.path("Condition").isMissingNode()
                        || all(statement.path("Condition").path("StringLike").path("s3:prefix"))
                                .anyMatch(prefix -> like(prefix.asText(), call.key())));
    }

    private static String arn(String action, Call call) {
        boolean isOfBucket = action.equals("s3:ListBucket")
                || call.operation().contains("Bucket")
                || call.key().isEmpty();
        return "arn:aws:s3:::" + call.bucket() + (isOfBucket ? "" : "/" + call.key());
    }

    private static boolean like(String pattern, String text) {
        String regex = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches();
    }

    private static java.util.stream.Stream<JsonNode> all(JsonNode oneOrMany) {
        return oneOrMany.isArray()
                ? StreamSupport.stream(oneOrMany.spliterator(), false)
                : java.util.stream.Stream.of(oneOrMany);
    }

    /** The policy of a command, by the file's name without its ending. */
    static String policyOf(String command) {
        return switch (command) {
            case "dedup", "features", "curate", "compact", "retain", "drill" -> command;
            case "quarantine requeue" -> "dedup";
            case "backfill" -> "features";
            case "rollback" -> "compact";
            case "pin", "unpin" -> "retain";
            case "verify", "diff", "lineage show", "lineage export", "pins", "quarantine report" -> "read";
            default -> throw new IllegalArgumentException(command.toUpperCase(Locale.ROOT));
        };
    }
}
