package io.lakeproof.jobs.features;

import java.io.Serializable;
import java.time.ZoneId;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What the pass needs to know of its rows. They have, in this order: the columns of {@code rows} in canonical form, the sort
 * prefix (BIGINT), the time (BIGINT, microseconds), whether the row is in the scope (BOOLEAN), then conditions (BOOLEAN, never
 * null) and expressions in canonical form.
 *
 * @param zone of calendar days
 * @param rows columns of the source: those carried along first, then those that are there for the digest only
 * @param carried how many of them are carried along
 * @param entity positions of the entity's columns
 * @param order what decides the order of rows of one entity and one instant
 * @param features in the order of the output
 */
record WindowPlan(
        ZoneId zone, StructType rows, int carried, List<Integer> entity, Order order, List<FeatureColumn> features)
        implements Serializable {
    /** What is known of rows of one entity and one instant. */
    enum Order {
        /** There are none: the source's key does not allow them. */
        UNIQUE,
        /** No feature depends on their order. */
        NONE,
        /** The digest of the whole row decides. */
        DIGEST
    }

    WindowPlan {
        entity = List.copyOf(entity);
        features = List.copyOf(features);
    }

    int prefix() {
        return rows.length();
    }

    int time() {
        return rows.length() + 1;
    }

    int inScope() {
        return rows.length() + 2;
    }

    /** The position of the first condition. */
    int firstInput() {
        return rows.length() + 3;
    }
}
