package io.lakeproof.aws;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The objects of the stub's bucket, with tags, storage classes and restores. */
final class StubObjects {
    private static final Pattern TAG = Pattern.compile("<Tag>\\s*<Key>(.*?)</Key>\\s*<Value>(.*?)</Value>\\s*</Tag>");
    private static final int PAGE = 1_000;

    private final Map<String, Stored> objects = new ConcurrentSkipListMap<>();

    private static final class Stored {
        private final byte[] content;
        private final String storageClass;
        private volatile Map<String, String> tags;

        /** Whether a copy that was asked for is there; empty if nobody has asked. */
        private volatile Optional<Boolean> restored = Optional.empty();

        Stored(byte[] content, String storageClass, Map<String, String> tags) {
            this.content = content;
            this.storageClass = storageClass;
            this.tags = Map.copyOf(tags);
        }
    }

    void put(String key, byte[] content, String storageClass, Map<String, String> tags) {
        objects.put(key, new Stored(content, storageClass, tags));
    }

    Map<String, String> tagsOf(String key) {
        return stored(key).tags;
    }

    boolean has(String key) {
        return objects.containsKey(key);
    }

    void finishRestores() {
        objects.values().forEach(stored -> stored.restored = stored.restored.map(done -> true));
    }

    private Stored stored(String key) {
        return Optional.ofNullable(objects.get(key)).orElseThrow();
    }

    void list(StubCall call) throws IOException {
        String prefix = call.query().getOrDefault("prefix", "");
        String after =
                call.query().getOrDefault("continuation-token", call.query().getOrDefault("start-after", ""));
        StringBuilder xml = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        String last = "";
        int count = 0;
        boolean more = false;
        for (Map.Entry<String, Stored> object : objects.entrySet()) {
            if (!object.getKey().startsWith(prefix) || object.getKey().compareTo(after) <= 0) {
                continue;
            }
            if (count == PAGE) {
                more = true;
                break;
            }
            count++;
            last = object.getKey();
            append(xml, last, object.getValue());
        }
        xml.append("<IsTruncated>").append(more).append("</IsTruncated>");
        if (more) {
            xml.append("<NextContinuationToken>").append(StubCall.escaped(last)).append("</NextContinuationToken>");
        }
        call.send(200, xml.append("</ListBucketResult>").toString());
    }

    private static void append(StringBuilder xml, String key, Stored stored) {
        xml.append("<Contents><Key>").append(StubCall.escaped(key)).append("</Key><Size>");
        xml.append(stored.content.length).append("</Size><StorageClass>").append(stored.storageClass);
        xml.append("</StorageClass><ETag>\"0\"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified>");
        stored.restored.ifPresent(done -> xml.append("<RestoreStatus><IsRestoreInProgress>")
                .append(!done)
                .append("</IsRestoreInProgress>")
                .append(done ? "<RestoreExpiryDate>2012-12-21T00:00:00.000Z</RestoreExpiryDate>" : "")
                .append("</RestoreStatus>"));
        xml.append("</Contents>");
    }

    void put(StubCall call) throws IOException {
        String storageClass = call.header("x-amz-storage-class").orElse("STANDARD");
        put(
                call.key(),
                call.body(),
                storageClass,
                StubCall.pairs(call.header("x-amz-tagging").orElse(null)));
        call.set("ETag", "\"0\"");
        call.send(200, "");
    }

    void delete(StubCall call) throws IOException {
        objects.remove(call.key());
        call.send(204, "");
    }

    void tags(StubCall call) throws IOException {
        StringBuilder xml = new StringBuilder("<Tagging><TagSet>");
        stored(call.key())
                .tags
                .forEach((key, value) -> xml.append("<Tag><Key>")
                        .append(StubCall.escaped(key))
                        .append("</Key><Value>")
                        .append(StubCall.escaped(value))
                        .append("</Value></Tag>"));
        call.send(200, xml.append("</TagSet></Tagging>").toString());
    }

    void putTags(StubCall call) throws IOException {
        Map<String, String> tags = new LinkedHashMap<>();
        Matcher matcher = TAG.matcher(call.text());
        while (matcher.find()) {
            tags.put(StubCall.plain(matcher.group(1)), StubCall.plain(matcher.group(2)));
        }
        if (tags.size() > 10) {
            call.error(400, "BadRequest");
            return;
        }
        stored(call.key()).tags = Map.copyOf(tags);
        call.send(200, "");
    }

    void get(StubCall call) throws IOException {
        Stored stored = stored(call.key());
        stamp(call);
        Optional<String> range = call.header("Range");
        if (range.isEmpty()) {
            call.send(200, stored.content);
            return;
        }
        String[] ends = range.get().substring("bytes=".length()).split("-", 2);
        int from = Integer.parseInt(ends[0]);
        int length = stored.content.length;
        int to = ends[1].isEmpty() ? length : Math.min(length, Integer.parseInt(ends[1]) + 1);
        call.set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + length);
        call.send(206, Arrays.copyOfRange(stored.content, from, to));
    }

    void head(StubCall call) throws IOException {
        Stored stored = stored(call.key());
        stamp(call);
        if (!stored.storageClass.equals("STANDARD")) {
            call.set("x-amz-storage-class", stored.storageClass);
        }
        stored.restored.ifPresent(done -> call.set(
                "x-amz-restore",
                done
                        ? "ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2012 00:00:00 GMT\""
                        : "ongoing-request=\"true\""));
        call.set("Content-Length", String.valueOf(stored.content.length));
        call.send(200, new byte[0]);
    }

    private static void stamp(StubCall call) {
        call.set("ETag", "\"0\"");
        call.set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
    }

    void restore(StubCall call) throws IOException {
        Stored stored = stored(call.key());
        boolean isArchived = stored.storageClass.equals("GLACIER") || stored.storageClass.equals("DEEP_ARCHIVE");
        if (!isArchived) {
            call.error(403, "InvalidObjectState");
        } else if (stored.restored.isPresent() && !stored.restored.get()) {
            call.error(409, "RestoreAlreadyInProgress");
        } else {
            stored.restored = Optional.of(false);
            call.send(202, "");
        }
    }
}
