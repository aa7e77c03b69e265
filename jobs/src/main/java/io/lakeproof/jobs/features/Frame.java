package io.lakeproof.jobs.features;

import io.lakeproof.config.Ties;
import io.lakeproof.config.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One kind of window over one track, moved from row to row, with all features that are read off it. */
final class Frame {
    private final Track track;
    private final boolean includeCurrent;
    private final Ties ties;
    private final int rows;
    private final @Nullable WindowStart start;
    private final List<Slide> slides = new ArrayList<>();
    private final List<Feature> features = new ArrayList<>();
    private int low;

    Frame(Track track, FrameKey key, ZoneId zone) {
        this.track = track;
        this.includeCurrent = key.includeCurrent();
        this.ties = key.ties();
        this.rows = key.window() instanceof Window.Rows window ? window.count() : 0;
        this.start = key.window() instanceof Window.Rows ? null : WindowStart.of(key.window(), zone);
    }

    void add(Slide slide) {
        slides.add(slide);
    }

    void add(Feature feature) {
        features.add(feature);
    }

    @SuppressWarnings("ReferenceEquality") // a track is itself
    boolean isOf(Track other) {
        return track == other;
    }

    /** The first position that this or a later window can hold. */
    int low() {
        return low;
    }

    void reset() {
        low = 0;
        slides.forEach(Slide::reset);
    }

    /** Moves to a row that is alone at its instant, and reads its features if there is an output to write them to. */
    void one(long time, @Nullable Object @Nullable [] output) {
        moveTo(time, includeCurrent ? track.end() : track.groupStart(), rows);
        read(time, output);
    }

    /**
     * Moves to the rows of one instant, and reads the features of each.
     *
     * @param outputs null where nobody asks
     */
    void group(long time, List<@Nullable Object @Nullable []> outputs) {
        switch (ties) {
            case ORDERED -> ordered(time, outputs);
            case EXCLUDE -> excluding(time, outputs);
            case INCLUDE -> including(time, outputs);
        }
    }

    private void ordered(long time, List<@Nullable Object @Nullable []> outputs) {
        int before = track.groupStart();
        for (int i = 0; i < outputs.size(); i++) {
            int after = track.position(i) == Track.NOT_TAKEN ? before : before + 1;
            moveTo(time, includeCurrent ? after : before, rows);
            read(time, outputs.get(i));
            before = after;
        }
    }

    private void excluding(long time, List<@Nullable Object @Nullable []> outputs) {
        moveTo(time, track.groupStart(), rows);
        for (int i = 0; i < outputs.size(); i++) {
            if (!includeCurrent || track.position(i) == Track.NOT_TAKEN) {
                read(time, outputs.get(i));
            }
        }
        // A row that counts itself has one place less for others; if none does, the places stay.
        if (includeCurrent && track.groupStart() < track.end()) {
            moveTo(time, track.groupStart(), rows - 1);
            for (int i = 0; i < outputs.size(); i++) {
                if (track.position(i) != Track.NOT_TAKEN) {
                    readWith(track.position(i), time, outputs.get(i));
                }
            }
        }
    }

    private void including(long time, List<@Nullable Object @Nullable []> outputs) {
        moveTo(time, track.groupStart(), rows);
        slides.forEach(Slide::beginGroup);
        moveTo(time, track.end(), rows);
        slides.forEach(Slide::endGroup);
        for (int i = 0; i < outputs.size(); i++) {
            if (includeCurrent || track.position(i) == Track.NOT_TAKEN) {
                read(time, outputs.get(i));
            } else {
                readWithout(track.position(i), time, outputs.get(i));
            }
        }
    }

    private void readWith(int position, long time, @Nullable Object @Nullable [] output) {
        if (output != null) {
            slides.forEach(slide -> slide.with(position));
            read(time, output);
            slides.forEach(Slide::asItIs);
        }
    }

    private void readWithout(int position, long time, @Nullable Object @Nullable [] output) {
        if (output != null) {
            slides.forEach(slide -> slide.without(position));
            read(time, output);
            slides.forEach(Slide::asItIs);
        }
    }

    /**
     * Moves the window forward.
     *
     * @param end the position behind its last row
     * @param size how many rows it may have, if it is a window of rows
     */
    private void moveTo(long time, int end, int size) {
        if (start == null) {
            low = (int) Math.max(low, (long) end - size);
        } else {
            long from = start.of(time);
            long bound = includeCurrent ? from : from - 1;
            while (low < end && track.time(low) <= bound) {
                low++;
            }
        }
        for (int i = 0; i < slides.size(); i++) {
            slides.get(i).moveTo(low, end);
        }
    }

    private void read(long time, @Nullable Object @Nullable [] output) {
        if (output != null) {
            for (int i = 0; i < features.size(); i++) {
                Feature feature = features.get(i);
                output[feature.place()] = feature.read(time);
            }
        }
    }
}
