package io.lakeproof.jobs.features;

import org.apache.spark.sql.Row;

/** The rows themselves, {@code "*"}: none is null, and they have no values. No track needs to know of it. */
final class RowSeries extends Series {
    RowSeries() {
        super(-1);
    }

    @Override
    void resizeValues(int capacity, int head, int end) {}

    @Override
    void setValue(int position, Row row, int input) {}

    @Override
    int compare(int position, int other) {
        throw new IllegalStateException("rows have no order but that of time");
    }

    @Override
    Object value(int position) {
        throw new IllegalStateException("rows have no value");
    }

    @Override
    void addTo(Moments moments, int position, long sign) {
        throw new IllegalStateException("rows have no value");
    }

    @Override
    Distinct distinct() {
        throw new IllegalStateException("rows have no value");
    }
}
