package io.lakeproof.jobs.features;

import io.lakeproof.config.Aggregate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * All windows of one entity, which sees its rows instant by instant. Features of one condition share a track, of one expression
 * a series, of one window a frame, of one expression and window a slide. It is used again for the next entity.
 */
final class EntityWindows {
    private record SlideKey(FrameKey frame, int input) {}

    private final Track[] allTracks;
    private final Frame[] allFrames;
    private final Frame[][] framesOfTrack;

    EntityWindows(WindowPlan plan) {
        Map<SlideKey, Set<Aggregate>> wanted = new LinkedHashMap<>();
        for (FeatureColumn column : plan.features()) {
            wanted.computeIfAbsent(slideKey(column), key -> EnumSet.noneOf(Aggregate.class))
                    .add(column.aggregate());
        }
        Map<Integer, Track> tracks = new LinkedHashMap<>();
        Map<FrameKey, Frame> frames = new LinkedHashMap<>();
        Map<List<Integer>, Series> series = new LinkedHashMap<>();
        Map<SlideKey, Slide> slides = new LinkedHashMap<>();
        int place = plan.carried();
        for (FeatureColumn column : plan.features()) {
            Track track = tracks.computeIfAbsent(column.frame().condition(), Track::new);
            Frame frame = frames.computeIfAbsent(column.frame(), key -> new Frame(track, key, plan.zone()));
            Slide slide = slides.computeIfAbsent(slideKey(column), key -> {
                Series values = series.computeIfAbsent(
                        List.of(column.frame().condition(), column.input()), k -> series(column, track));
                Slide made = new Slide(values, Objects.requireNonNull(wanted.get(key)));
                frame.add(made);
                return made;
            });
            frame.add(new Feature(column, track, slide, place++));
        }
        this.allTracks = tracks.values().toArray(Track[]::new);
        this.allFrames = frames.values().toArray(Frame[]::new);
        this.framesOfTrack = Arrays.stream(allTracks)
                .map(track -> Arrays.stream(allFrames)
                        .filter(frame -> frame.isOf(track))
                        .toArray(Frame[]::new))
                .toArray(Frame[][]::new);
    }

    private static Series series(FeatureColumn column, Track track) {
        if (column.input() < 0) {
            return new RowSeries();
        }
        Series values = column.kind().series(column.input());
        track.add(values);
        return values;
    }

    private static SlideKey slideKey(FeatureColumn column) {
        return new SlideKey(column.frame(), column.input());
    }

    /** Begins another entity. */
    void reset() {
        for (Track track : allTracks) {
            track.reset();
        }
        for (Frame frame : allFrames) {
            frame.reset();
        }
    }

    /**
     * Takes the only row of an instant later than all before.
     *
     * @param output where its features go; null if nobody asks
     */
    void take(long time, Row row, @Nullable Object @Nullable [] output) {
        for (Track track : allTracks) {
            track.takeOne(time, row);
        }
        for (Frame frame : allFrames) {
            frame.one(time, output);
        }
        release();
    }

    /**
     * Takes the rows of an instant later than all before.
     *
     * @param rows in the total order of rows
     * @param outputs where the features of each go; null where nobody asks
     */
    void take(long time, List<Row> rows, List<@Nullable Object @Nullable []> outputs) {
        for (Track track : allTracks) {
            track.take(time, rows);
        }
        for (Frame frame : allFrames) {
            frame.group(time, outputs);
        }
        release();
    }

    private void release() {
        for (int i = 0; i < allTracks.length; i++) {
            int low = allTracks[i].end();
            for (Frame frame : framesOfTrack[i]) {
                low = Math.min(low, frame.low());
            }
            allTracks[i].release(low);
        }
    }
}
