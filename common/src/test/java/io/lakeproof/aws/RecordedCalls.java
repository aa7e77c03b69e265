package io.lakeproof.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;

/**
 * Every call to S3 of this JVM, S3A's and Lakeproof's own: a resource of the tests names this class to every client of the SDK.
 */
public final class RecordedCalls implements ExecutionInterceptor {
    /**
     * One call, whose repetitions are left out; a copy is a read and a write, a deletion of many is one for each.
     *
     * @param operation {@code PutObject}
     * @param bucket empty of calls without one
     * @param key of the object, or the prefix of a listing; empty if there is none
     */
    public record Call(String operation, String bucket, String key) {}

    private static final Map<String, Set<Call>> CALLS = new TreeMap<>();
    private static String current = "";

    /** Calls from now on are of this command; those of none, whose name is empty, are not noted. */
    public static synchronized void of(String command) {
        current = command;
    }

    public static synchronized void clear() {
        CALLS.clear();
    }

    public static synchronized Map<String, Set<Call>> byCommand() {
        Map<String, Set<Call>> copy = new TreeMap<>();
        CALLS.forEach((command, calls) -> copy.put(command, new LinkedHashSet<>(calls)));
        return copy;
    }

    private static synchronized void add(Call call) {
        if (!current.isEmpty()) {
            CALLS.computeIfAbsent(current, command -> new LinkedHashSet<>()).add(call);
        }
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        SdkRequest request = context.request();
        if (request instanceof CopyObjectRequest copy) {
            add(source(copy));
            add(new Call("PutObject", copy.destinationBucket(), copy.destinationKey()));
            return;
        }
        if (request instanceof DeleteObjectsRequest deletes) {
            deletes.delete().objects().forEach(object -> add(new Call("DeleteObject", deletes.bucket(), object.key())));
            return;
        }
        String operation = request.getClass().getSimpleName().replaceAll("Request$", "");
        String key = text(request, "Key");
        add(new Call(operation, text(request, "Bucket"), key.isEmpty() ? text(request, "Prefix") : key));
    }

    private static Call source(CopyObjectRequest copy) {
        if (copy.sourceBucket() != null) {
            return new Call("GetObject", copy.sourceBucket(), copy.sourceKey());
        }
        String[] source = URLDecoder.decode(text(copy, "CopySource"), StandardCharsets.UTF_8)
                .replaceFirst("^/", "")
                .split("/", 2);
        return new Call("GetObject", source[0], source[1]);
    }

    private static String text(SdkRequest request, String name) {
        for (SdkField<?> field : request.sdkFields()) {
            if (field.memberName().equals(name)) {
                return String.valueOf(
                        request.getValueForField(name, Object.class).orElse(""));
            }
        }
        return "";
    }
}
