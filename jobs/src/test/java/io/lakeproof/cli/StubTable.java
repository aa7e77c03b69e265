package io.lakeproof.cli;

import io.lakeproof.aws.BucketStub;
import java.util.Map;

/** A Delta table of one commit in a stub's bucket: objects of one byte by event date, which nobody reads. */
final class StubTable {
    private final BucketStub stub;
    private final String prefix;
    private final StringBuilder log = new StringBuilder("""
            {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
            {"metaData":{"id":"11111111-2222-3333-4444-555555555555","format":{"provider":"parquet","options":{}},\
            "schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[\
            {\\"name\\":\\"x\\",\\"type\\":\\"long\\",\\"nullable\\":true,\\"metadata\\":{}},\
            {\\"name\\":\\"event_date\\",\\"type\\":\\"string\\",\\"nullable\\":true,\\"metadata\\":{}}]}",\
            "partitionColumns":["event_date"],"configuration":{},"createdTime":1}}
            {"commitInfo":{"timestamp":1,"operation":"WRITE"}}
            """);

    /** @param prefix of its keys, {@code clean/events/} */
    StubTable(BucketStub stub, String prefix) {
        this.stub = stub;
        this.prefix = prefix;
    }

    /** The key of an object. */
    String key(String date, int number) {
        return prefix + path(date, number);
    }

    private static String path(String date, int number) {
        return "event_date=" + date + "/part-" + number + ".snappy.parquet";
    }

    /** Puts an object there that the table refers to. */
    void add(String date, int number, String storageClass, Map<String, String> tags) {
        stub.put(key(date, number), 1, storageClass, tags);
        log.append("{\"add\":{\"path\":\"" + path(date, number) + "\",\"partitionValues\":{\"event_date\":\"" + date
                + "\"},\"size\":1,\"modificationTime\":1,\"dataChange\":true}}\n");
    }

    /** Puts the commit there. */
    void commit() {
        stub.put(prefix + "_delta_log/00000000000000000000.json", log.toString());
    }
}
