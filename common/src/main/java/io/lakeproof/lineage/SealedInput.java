package io.lakeproof.lineage;

import io.lakeproof.model.InputFile;
import java.util.List;

/**
 * One input of a sealed run.
 *
 * @param dates the event dates of the rows that it gave to the table, in order
 */
public record SealedInput(InputFile file, List<String> dates) {
    private static final long GONE = -1;

    public SealedInput {
        dates = List.copyOf(dates);
    }

    /** The note that an input which earlier runs had read was no longer there, and that its rows were taken out. */
    public static SealedInput gone(String path) {
        return new SealedInput(new InputFile(path, GONE, 0, null), List.of());
    }

    public boolean isGone() {
        return file.length() == GONE;
    }
}
