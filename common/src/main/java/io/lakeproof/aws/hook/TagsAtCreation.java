package io.lakeproof.aws.hook;

import io.lakeproof.lifecycle.CreationTags;
import io.lakeproof.lifecycle.ObjectTags;
import java.util.Optional;
import org.apache.hadoop.conf.Configurable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Gives objects their tags when S3A writes them. Hadoop makes it, on the driver and on the executors, if its name is in
 * {@code fs.s3a.audit.execution.interceptors} (hadoop.apache.org, "S3A Auditing"); a request that has tags keeps them.
 */
public final class TagsAtCreation implements ExecutionInterceptor, Configurable {
    /** The setting with {@link CreationTags#text}. */
    public static final String SETTING = "lakeproof.lifecycle.creation-tags";

    private @Nullable Configuration hadoop;
    private Optional<CreationTags> tags = Optional.empty();

    @Override
    public void setConf(@Nullable Configuration conf) {
        hadoop = conf;
        tags = Optional.ofNullable(conf == null ? null : conf.getRaw(SETTING))
                .filter(text -> !text.isEmpty())
                .map(CreationTags::parse);
    }

    @Override
    public @Nullable Configuration getConf() {
        return hadoop;
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        SdkRequest request = context.request();
        if (request instanceof PutObjectRequest put && put.tagging() == null) {
            return header(put.bucket(), put.key())
                    .map(header -> (SdkRequest) put.toBuilder().tagging(header).build())
                    .orElse(put);
        }
        if (request instanceof CreateMultipartUploadRequest upload && upload.tagging() == null) {
            return header(upload.bucket(), upload.key())
                    .map(header ->
                            (SdkRequest) upload.toBuilder().tagging(header).build())
                    .orElse(upload);
        }
        return request;
    }

    private Optional<String> header(String bucket, String key) {
        return tags.flatMap(known -> known.of(bucket, key)).map(ObjectTags::header);
    }
}
