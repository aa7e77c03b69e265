package io.lakeproof.source;

import java.time.LocalDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** How a timestamp is written: ISO-8601, or a pattern that the user gives. */
@FunctionalInterface
interface TimestampForm {

    /**
     * A timestamp as the text says it.
     *
     * @param zone the offset or region that the text names, null if it names none
     */
    record Written(LocalDateTime local, @Nullable ZoneId zone) {}

    Written read(RecordField field, String text) throws MalformedRecord;
}
