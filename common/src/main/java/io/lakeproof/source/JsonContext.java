package io.lakeproof.source;

import io.lakeproof.config.RecordShape;
import java.time.ZoneId;

/**
 * What all readers of one record share.
 *
 * @param zone where a timestamp without a zone is read
 * @param shape how a record may differ from its schema
 * @param extras where readers leave the fields that the schema lacks
 */
record JsonContext(ZoneId zone, RecordShape shape, ExtraFields extras) {
    JsonContext(ZoneId zone, RecordShape shape) {
        this(zone, shape, new ExtraFields(shape.onExtra()));
    }
}
