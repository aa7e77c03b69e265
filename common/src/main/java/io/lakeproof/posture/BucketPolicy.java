package io.lakeproof.posture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A bucket's policy, as far as it says who may come without TLS: the statement that AWS recommends (Amazon S3 User Guide,
 * "Security best practices"), in any of its spellings.
 */
final class BucketPolicy {
    private static final ObjectMapper JSON = new ObjectMapper();

    private BucketPolicy() {}

    /**
     * The resources, of the bucket and all its objects, that can be reached without TLS.
     *
     * @param document empty for none
     */
    static Set<String> plain(String document, String bucket) {
        Set<String> open = new TreeSet<>(List.of(arn(bucket), arn(bucket) + "/*"));
        if (document.isBlank()) {
            return open;
        }
        try {
            all(JSON.readTree(document).path("Statement"))
                    .filter(BucketPolicy::deniesAllWithoutTls)
                    .flatMap(statement -> all(statement.path("Resource")))
                    .map(resource -> resource.asText().replaceFirst("^arn:aws[a-z-]*:", "arn:aws:"))
                    .forEach(resource -> open.removeIf(each -> covers(resource, each)));
        } catch (JsonProcessingException e) {
            return open;
        }
        return open;
    }

    /** The statement to add. */
    static String statement(String bucket) {
        return "{\"Sid\":\"TlsOnly\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":[\""
                + arn(bucket) + "\",\"" + arn(bucket)
                + "/*\"],\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}";
    }

    private static String arn(String bucket) {
        return "arn:aws:s3:::" + bucket;
    }

    /** {@code bucket*} stands for both the bucket and its objects. */
    private static boolean covers(String resource, String other) {
        return resource.equals(other)
                || (resource.endsWith("*") && other.startsWith(resource.substring(0, resource.length() - 1)));
    }

    private static boolean deniesAllWithoutTls(JsonNode statement) {
        return statement.path("Effect").asText().equals("Deny")
                && isEverybody(statement.path("Principal"))
                && all(statement.path("Action"))
                        .map(JsonNode::asText)
                        .anyMatch(action -> action.equals("*") || action.equalsIgnoreCase("s3:*"))
                && isWithoutTls(statement.path("Condition"));
    }

    private static boolean isEverybody(JsonNode principal) {
        return all(principal.isObject() ? principal.path("AWS") : principal)
                .anyMatch(who -> who.asText().equals("*"));
    }

    /** Conditions hold together: a second one would let some requests pass. */
    private static boolean isWithoutTls(JsonNode condition) {
        if (condition.size() != 1) {
            return false;
        }
        String operator = condition.fieldNames().next();
        JsonNode test = condition.path(operator);
        if (!Set.of("Bool", "BoolIfExists").contains(operator) || test.size() != 1) {
            return false;
        }
        String key = test.fieldNames().next();
        return key.equalsIgnoreCase("aws:SecureTransport")
                && all(test.path(key)).anyMatch(value -> value.asText().equalsIgnoreCase("false"));
    }

    private static Stream<JsonNode> all(JsonNode oneOrMany) {
        return oneOrMany.isArray()
                ? StreamSupport.stream(oneOrMany.spliterator(), false)
                : oneOrMany.isMissingNode() ? Stream.empty() : Stream.of(oneOrMany);
    }
}
