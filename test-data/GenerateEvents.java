import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * Writes click events as JSON lines, two files a day, with duplicates, late rows and broken lines in known numbers.
 *
 * <p>The same arguments give the same bytes on every machine: the random sequence, the numbers, the times and the gzip
 * framing are written out here, because the JDK does not promise them across versions ({@code Double.toString} changed
 * in 19, deflate output depends on the zlib that the JDK links). This source is ASCII: no default charset changes it.
 *
 * <p>Every event is a function of (seed, day, slot). So a duplicate of any other line is computed again instead of
 * remembered, and memory does not grow with the size of the data.
 *
 * <pre>java test-data/GenerateEvents.java --seed 7 --out test-data/events</pre>
 */
public final class GenerateEvents {
    static final long SECOND = 1_000_000L; // all times are microseconds since 1970-01-01T00:00:00Z
    static final long DAY = 86_400 * SECOND;
    static final int PARTS = 2;

    private final Arguments arguments;
    private final Map<String, Long> linesByKind = new TreeMap<>();

    private GenerateEvents(Arguments arguments) {
        this.arguments = arguments;
    }

    public static void main(String[] args) throws IOException {
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (IllegalArgumentException | DateTimeException problem) {
            System.err.println(problem.getMessage());
            System.err.println(Arguments.USAGE);
            System.exit(64);
            return;
        }
        new GenerateEvents(arguments).run();
    }

    private void run() throws IOException {
        EdgeCases edgeCases = new EdgeCases(arguments.start());
        for (int day = 0; day < arguments.days(); day++) {
            Path folder = arguments.out().resolve("date=" + arguments.start().plusDays(day));
            Files.createDirectories(folder);
            for (int part = 0; part < PARTS; part++) {
                try (OutputStream out = open(folder, day, part)) {
                    writeFile(out, day, part, edgeCases.of(day, part, arguments.days()));
                }
            }
        }
        linesByKind.forEach((kind, lines) -> System.out.println("| " + kind + " | " + lines + " |"));
    }

    private OutputStream open(Path folder, int day, int part) throws IOException {
        boolean gzip = day == arguments.days() / 2 && part == 1;
        Path file = folder.resolve("part-" + part + ".json" + (gzip ? ".gz" : ""));
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        return gzip ? new StoredGzip(out) : out;
    }

    /** Spreads the edge cases evenly between the slots of the file. */
    private void writeFile(OutputStream out, int day, int part, List<Line> edgeCases) throws IOException {
        long first = firstSlot(part);
        long slots = firstSlot(part + 1) - first;
        int next = 0;
        for (long slot = 0; slot < slots; slot++) {
            while (next < edgeCases.size() && (next + 1) * slots / (edgeCases.size() + 1) <= slot) {
                write(out, edgeCases.get(next++));
            }
            write(out, line(day, first + slot));
        }
        while (next < edgeCases.size()) {
            write(out, edgeCases.get(next++));
        }
    }

    private void write(OutputStream out, Line line) throws IOException {
        out.write(line.bytes());
        out.write('\n');
        linesByKind.merge(line.kind(), 1L, Long::sum);
    }

    private long firstSlot(int part) {
        return arguments.eventsPerDay() * part / PARTS;
    }

    // --- the line of one slot

    private Line line(int day, long slot) {
        Rng rng = new Rng(arguments.seed(), day, slot, 1);
        Event event = event(day, slot);
        return switch (Role.of(slot)) {
            case FRESH -> Line.of("row, plain", event.json());
            case NO_INGEST -> Line.of("row, ingest_time null or missing", withoutIngestTime(event, rng).json());
            case LATE -> Line.of("row, 1 to 3 days late", late(event, rng).json());
            case SAME_LINE -> sameLine(day, slot, rng);
            case REWRITTEN -> Line.of("exact duplicate, other field order and offset", rewritten(day, slot, rng));
            case CONFLICT -> conflict(day, slot, rng);
            case TIE -> Line.of("conflict duplicate, same ingest_time, other value", tie(day, slot, rng).json());
            case NULL_USER -> Line.of("quarantine null_key", event.withUserId(null).json());
            case NULL_VALUE -> Line.of("quarantine rule:value_range", event.withValue("null").json());
            case OUT_OF_RANGE -> Line.of("quarantine rule:value_range", event.withValue(outOfRange(rng)).json());
            case CUT -> Line.of("quarantine malformed", cut(event.json(), rng));
        };
    }

    private Event event(int day, long slot) {
        Rng rng = new Rng(arguments.seed(), day, slot, 0);
        long dayStart = arguments.start().plusDays(day).toEpochDay() * DAY;
        long step = DAY / arguments.eventsPerDay();
        long eventTime = dayStart + slot * step + rng.below(step);
        long user = rng.below(rng.below(arguments.users()) + 1); // the smaller the number, the busier the user
        long ingestTime = eventTime + SECOND + rng.below(90 * SECOND);
        return new Event("u-" + pad(user, 5), eventTime, ingestTime, value(rng), page(rng), eventType(rng));
    }

    private static Event withoutIngestTime(Event event, Rng rng) {
        return event.withIngestTime(rng.below(2) == 0 ? Event.MISSING : Event.NULL);
    }

    private static Event late(Event event, Rng rng) {
        long eventTime = event.eventTime() - (1 + rng.below(3)) * DAY;
        return event.withEventTime(Math.floorDiv(eventTime, DAY) * DAY + rng.below(DAY));
    }

    private Line sameLine(int day, long slot, Rng rng) {
        Reach reach = Reach.of(day, slot);
        return Line.of("exact duplicate, same line, " + reach.words, source(day, slot, reach, rng).json());
    }

    private String rewritten(int day, long slot, Rng rng) {
        Event source = source(day, slot, Reach.of(day, slot), rng);
        int[] offsets = {60, -300, 330, -210, 345, 840, -720};
        return source.json(rng.permutation(6), offsets[(int) rng.below(offsets.length)], rng.below(2) == 0 ? "" : " ");
    }

    private Line conflict(int day, long slot, Rng rng) {
        Event source = source(day, slot, Reach.of(day, slot), rng);
        boolean newer = slot / 100 % 2 == 0;
        long distance = 1 + rng.below(3_600 * SECOND);
        Event rival = source.withValue(value(rng)).withIngestTime(source.ingestTime() + (newer ? distance : -distance));
        return Line.of("conflict duplicate, " + (newer ? "newer" : "older") + " ingest_time", rival.json());
    }

    private Event tie(int day, long slot, Rng rng) {
        return source(day, slot, Reach.of(day, slot), rng).withValue(value(rng));
    }

    /** A plain event of the given reach; it may stand after its duplicate, order says nothing. */
    private Event source(int day, long slot, Reach reach, Rng rng) {
        int part = slot < firstSlot(1) ? 0 : 1;
        int sourceDay = reach == Reach.EARLIER_DAY ? day - 1 - (int) rng.below(Math.min(day, 3)) : day;
        int sourcePart = reach == Reach.OTHER_FILE ? 1 - part : part;
        long first = firstSlot(sourcePart);
        while (true) {
            long candidate = first + rng.below(firstSlot(sourcePart + 1) - first);
            if (Role.of(candidate) == Role.FRESH) {
                return event(sourceDay, candidate);
            }
        }
    }

    private static String outOfRange(Rng rng) {
        return (rng.below(2) == 0 ? "" : "-") + (1_000_001 + rng.below(1_000_000_000)) + ".25";
    }

    private static String cut(String json, Rng rng) {
        return json.substring(0, (int) (1 + rng.below(json.length() - 1)));
    }

    /** Decimal text between -50 and 950 with no, two or six decimals, made from an integer. */
    private static String value(Rng rng) {
        long micros = rng.below(1_000 * SECOND) - 50 * SECOND;
        String sign = micros < 0 ? "-" : "";
        long whole = Math.abs(micros) / SECOND;
        return switch ((int) rng.below(4)) {
            case 0 -> sign + whole;
            case 1 -> sign + whole + "." + pad(Math.abs(micros) % SECOND, 6);
            default -> sign + whole + "." + pad(Math.abs(micros) % SECOND / 10_000, 2);
        };
    }

    private static String page(Rng rng) {
        return switch ((int) rng.below(8)) {
            case 0 -> "/";
            case 1 -> "/cart";
            case 2 -> "/search?q=item+" + rng.below(100);
            case 3 -> rng.below(10) == 0 ? null : "/help";
            default -> "/product/" + rng.below(1_000);
        };
    }

    private static String eventType(Rng rng) {
        return List.of("view", "view", "view", "click", "click", "add_to_cart", "purchase").get((int) rng.below(7));
    }

    static String pad(long number, int digits) {
        String text = Long.toString(number);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    /** What a slot holds, by its number, so that shares are exact in data of any size. */
    private enum Role {
        FRESH, NO_INGEST, LATE, SAME_LINE, REWRITTEN, CONFLICT, TIE, NULL_USER, NULL_VALUE, OUT_OF_RANGE, CUT;

        static Role of(long slot) {
            switch ((int) (slot % 1_000)) {
                case 905: return NULL_USER;
                case 915: return OUT_OF_RANGE;
                case 925: return CUT;
                case 935: return NULL_VALUE;
                default: break;
            }
            return switch ((int) (slot % 100)) {
                case 13, 63 -> SAME_LINE;
                case 20, 70 -> LATE;
                case 27 -> REWRITTEN;
                case 38, 88 -> CONFLICT;
                case 45 -> NO_INGEST;
                case 51 -> TIE;
                default -> FRESH;
            };
        }
    }

    /** Where the other row of a duplicate stands. */
    private enum Reach {
        SAME_FILE("same file"), OTHER_FILE("other file of the day"), EARLIER_DAY("file of an earlier day");

        final String words;

        Reach(String words) {
            this.words = words;
        }

        static Reach of(int day, long slot) {
            Reach reach = values()[(int) (slot / 100 % 3)];
            return reach == EARLIER_DAY && day == 0 ? OTHER_FILE : reach;
        }
    }

    /** @param kind what the line is for, as counted in the README; the same word starts the same exit of the job */
    private record Line(String kind, byte[] bytes) {
        static Line of(String kind, String text) {
            return new Line(kind, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * One event with all its keys.
     *
     * @param userId text, or null for a JSON null
     * @param eventTime microseconds
     * @param ingestTime microseconds, or {@link #NULL}, or {@link #MISSING}
     * @param value JSON text, so that no conversion of doubles is involved
     */
    private record Event(
            String userId, long eventTime, long ingestTime, String value, String page, String eventType) {
        static final long NULL = Long.MIN_VALUE;
        static final long MISSING = Long.MIN_VALUE + 1;

        Event withUserId(String other) {
            return new Event(other, eventTime, ingestTime, value, page, eventType);
        }

        Event withEventTime(long other) {
            return new Event(userId, other, ingestTime, value, page, eventType);
        }

        Event withIngestTime(long other) {
            return new Event(userId, eventTime, other, value, page, eventType);
        }

        Event withValue(String other) {
            return new Event(userId, eventTime, ingestTime, other, page, eventType);
        }

        String json() {
            return json(new int[] {0, 1, 2, 3, 4, 5}, 0, "");
        }

        String json(int[] order, int offsetMinutes, String space) {
            String[] fields = {
                "\"user_id\":" + space + Json.string(userId),
                "\"event_time\":" + space + Json.string(Json.time(eventTime, offsetMinutes)),
                ingestTime == MISSING ? null : "\"ingest_time\":" + space + ingestTimeJson(offsetMinutes),
                "\"value\":" + space + value,
                "\"page\":" + space + Json.string(page),
                "\"event_type\":" + space + Json.string(eventType)
            };
            List<String> present = new ArrayList<>();
            for (int i : order) {
                if (fields[i] != null) {
                    present.add(fields[i]);
                }
            }
            return "{" + String.join("," + space, present) + "}";
        }

        private String ingestTimeJson(int offsetMinutes) {
            return ingestTime == NULL ? "null" : Json.string(Json.time(ingestTime, offsetMinutes));
        }
    }

    private static final class Json {
        static String string(String text) {
            if (text == null) {
                return "null";
            }
            StringBuilder json = new StringBuilder(text.length() + 2).append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    json.append('\\').append(c);
                } else if (c < 0x20) {
                    json.append("\\u00").append(c / 16).append("0123456789abcdef".charAt(c % 16));
                } else {
                    json.append(c);
                }
            }
            return json.append('"').toString();
        }

        /** ISO 8601 with six decimals, and Z where the offset is zero. */
        static String time(long micros, int offsetMinutes) {
            long local = micros + offsetMinutes * 60 * SECOND;
            int nanos = (int) (Math.floorMod(local, SECOND) * 1_000);
            LocalDateTime t = LocalDateTime.ofEpochSecond(Math.floorDiv(local, SECOND), nanos, ZoneOffset.UTC);
            int minutes = Math.abs(offsetMinutes);
            String offset = offsetMinutes == 0
                    ? "Z"
                    : (offsetMinutes < 0 ? "-" : "+") + pad(minutes / 60, 2) + ":" + pad(minutes % 60, 2);
            return pad(t.getYear(), 4) + "-" + pad(t.getMonthValue(), 2) + "-" + pad(t.getDayOfMonth(), 2) + "T"
                    + pad(t.getHour(), 2) + ":" + pad(t.getMinute(), 2) + ":" + pad(t.getSecond(), 2) + "."
                    + pad(t.getNano() / 1_000, 6) + offset;
        }
    }

    /**
     * The lines that are written once, whatever the size of the data. Texts are JSON as it stands in the file. Each
     * broken line has one fault only.
     */
    private static final class EdgeCases {
        private static final String SAME_VALUE = "exact duplicate, same values in other text";

        private record Placed(int day, int part, Line line) {}

        private final LocalDate start;
        private final List<Placed> lines = new ArrayList<>();

        EdgeCases(LocalDate start) {
            this.start = start;
            unicode();
            numbers();
            times();
            pages();
            conflicts();
            malformed();
            wrongTypes();
            duplicateFields();
            invalidUtf8();
            outOfRange();
            invalidTimes();
            nullKeys();
            valueRange();
            add(1, 0, "blank line", "");
            add(4, 1, "blank line", "    ");
        }

        List<Line> of(int day, int part, long days) {
            return lines.stream()
                    .filter(p -> p.day % days == day && p.part == part)
                    .map(Placed::line)
                    .toList();
        }

        private void unicode() {
            String kind = "row, unusual user or page";
            Row row = row("-").at(time(0, "08:00:00.000001Z"));
            add(0, 0, kind, row.user("caf\u00e9")); // one code point
            add(0, 1, kind, row.user("cafe\u0301")); // e and a combining accent: another user
            add(2, 0, SAME_VALUE, row.userJson("\"caf\\u00e9\""));
            add(2, 1, SAME_VALUE, row.userJson("\"cafe\\u0301\""));
            add(0, 0, kind, row.user("\ud83d\udc69\u200d\ud83d\udcbb")); // woman, joiner, laptop
            add(1, 1, SAME_VALUE, row.userJson("\"\\ud83d\\udc69\\u200D\\uD83D\\uDCBB\""));
            add(0, 1, kind, row.user("\ud83d\udc69\ud83d\udcbb")); // without the joiner: another user
            add(0, 0, kind, row.user("zoe"));
            add(0, 1, kind, row.user("zo\u200de"));
            add(1, 0, kind, row.user("\u0645\u0633\u062a\u062e\u062f\u0645")); // Arabic
            add(1, 1, kind, row.user("\u05de\u05e9\u05ea\u05de\u05e9\u200f\u202e")); // Hebrew with direction marks
            add(2, 0, kind, row.userJson("\"nul\\u0000user\""));
            add(2, 1, kind, row.user("nul"));
            add(2, 1, kind, row.user("nuluser"));
            add(3, 0, kind, row.userJson("\"a \\\"quoted\\\" user, with/comma\\nline\\r\\ttab and \\\\\""));
            String escaped = "\"a \\u0022quoted\\u0022 user, with\\/comma\\u000Aline\\u000d\\ttab and \\u005c\"";
            add(4, 0, SAME_VALUE, row.userJson(escaped));
            add(3, 1, kind, row.user("line\u2028paragraph\u2029next\u0085end")); // line ends of Unicode, not of files
            add(3, 0, kind, row.user(""));
            add(3, 1, kind, row.user("null"));
            add(4, 0, kind, row.user("Alice"));
            add(4, 0, kind, row.user("alice"));
            add(4, 1, kind, row.user("alice "));
            add(4, 1, kind, row("edge-replacement").page("/what-\ufffd-is-this")); // well-formed UTF-8 of U+FFFD
        }

        private void numbers() {
            String kind = "row, extreme value";
            add(0, 0, kind, row("edge-zero").value("0.0"));
            add(0, 1, SAME_VALUE, row("edge-zero").value("-0.0"));
            add(3, 0, SAME_VALUE, row("edge-zero").value("-0"));
            add(3, 1, SAME_VALUE, row("edge-zero").value("0e5"));
            add(1, 0, kind, row("edge-minus-zero").value("-0.0"));
            add(1, 0, kind, row("edge-tiny").value("5e-324"));
            add(1, 1, SAME_VALUE, row("edge-tiny").value("4.9E-324"));
            add(1, 0, kind, row("edge-minus-tiny").value("-5e-324"));
            add(2, 0, kind, row("edge-normal").value("2.2250738585072014E-308"));
            add(2, 1, kind, row("edge-upper-bound").value("1000000"));
            add(2, 1, SAME_VALUE, row("edge-upper-bound").value("1e6"));
            add(3, 0, SAME_VALUE, row("edge-upper-bound").value("1000000.00000000001")); // rounds to the bound
            add(2, 1, kind, row("edge-lower-bound").value("-1000000.0"));
            add(4, 0, kind, row("edge-sum").value("0.30000000000000004"));
            add(4, 1, SAME_VALUE, row("edge-sum").value("0.3000000000000000444"));
        }

        private void times() {
            String kind = "row, unusual time";
            add(0, 0, kind, row("edge-epoch").at("1970-01-01T00:00:00.000000Z"));
            add(1, 0, kind, row("edge-before-epoch").at("1969-12-31T23:59:59.999999Z"));
            add(2, 0, kind, row("edge-last").at("9999-12-31T23:59:59.999999Z"));
            add(1, 0, kind, row("edge-midnight").at(time(1, "00:00:00Z")));
            add(1, 1, SAME_VALUE, row("edge-midnight").at(time(1, "00:00:00.000000Z")));
            add(2, 1, SAME_VALUE, row("edge-midnight").at(time(0, "19:00:00-05:00")));
            add(1, 1, kind, row("edge-midnight").at(time(1, "23:59:59.999999Z")));
            add(3, 0, kind, row("edge-yesterday").at(time(3, "00:30:00.000000+01:00"))); // in UTC the day before
            add(3, 1, kind, row("edge-tomorrow").at(time(3, "23:30:00.000000-03:30"))); // in UTC the day after
            add(0, 0, kind, row("edge-clock-change").at(time(0, "01:30:00.000000-04:00")));
            add(0, 0, kind, row("edge-clock-change").at(time(0, "01:30:00.000000-05:00"))); // one hour later
            add(4, 0, kind, row("edge-fraction").at(time(4, "12:00:00.5Z")));
            add(4, 1, SAME_VALUE, row("edge-fraction").at(time(4, "12:00:00.500000+00:00")));
            add(4, 1, kind, row("edge-one-microsecond").at(time(4, "12:00:00.000001Z")));
            add(4, 1, kind, row("edge-one-microsecond").at(time(4, "12:00:00.000002Z")));
        }

        private void pages() {
            add(0, 1, "row, page of 10,000 characters", row("edge-long").page("/" + "x".repeat(9_999)));
            add(2, 0, "conflict duplicate, same ingest_time, other page",
                    row("edge-long").page("/" + "x".repeat(9_998) + "y"));
            add(3, 1, "row, page of 10,000 characters", row("edge-long-accents").page("\u00e9".repeat(10_000)));
            add(1, 0, "row, unusual user or page", row("edge-page").page(""));
            add(1, 1, "conflict duplicate, same ingest_time, other page", row("edge-page").pageJson("null"));
            add(4, 0, SAME_VALUE, row("edge-page").pageJson(null));
        }

        private void conflicts() {
            String first = "row, survivor is chosen among several";
            String tie = "conflict duplicate, same ingest_time, other value";
            add(0, 0, first, row("edge-three").value("1").ingest(time(0, "10:00:00.000000Z")));
            Row second = row("edge-three").value("2").ingest(time(1, "10:00:00.000000Z"));
            add(1, 0, "conflict duplicate, newer ingest_time", second);
            add(2, 0, "exact duplicate, same line, file of an earlier day", second);
            add(3, 0, tie, row("edge-three").value("3").ingest(time(1, "10:00:00.000000Z")));
            add(1, 0, first, row("edge-null-ingest").value("1").ingest(time(0, "10:00:00.000000Z")));
            add(1, 1, "conflict duplicate, null ingest_time", row("edge-null-ingest").value("2").ingestJson("null"));
            add(2, 0, first, row("edge-no-ingest").value("1").ingestJson("null"));
            add(2, 1, tie, row("edge-no-ingest").value("2").ingestJson(null));
            add(2, 0, first, row("edge-misleading").value("1").ingest(time(2, "08:00:00.000000Z")));
            add(2, 0, "conflict duplicate, older ingest_time", // a later time of day, an earlier instant
                    row("edge-misleading").value("2").ingest(time(2, "12:00:00.000000+05:00")));
            add(3, 0, first, row("edge-microsecond").value("1").ingest(time(3, "08:00:00.000001Z")));
            add(3, 1, "conflict duplicate, newer ingest_time",
                    row("edge-microsecond").value("2").ingest(time(3, "08:00:00.000002Z")));
            add(3, 0, first, row("edge-last-bit").value("0.3"));
            add(3, 1, tie, row("edge-last-bit").value("0.30000000000000004"));
            add(4, 0, first, row("edge-refused-rival").value("1").ingest(time(0, "10:00:00.000000Z")));
            add(4, 1, "quarantine rule:value_range", // newer, but it never competes
                    row("edge-refused-rival").value("2000000").ingest(time(4, "10:00:00.000000Z")));
        }

        private void malformed() {
            String kind = "quarantine malformed";
            String json = row("bad-syntax").json();
            add(0, 0, kind, json.substring(0, json.length() - 1));
            add(0, 1, kind, json.substring(0, json.indexOf("bad-") + 4));
            add(3, 1, kind, json.substring(0, json.indexOf("bad-") + 4)); // again: both are counted
            add(1, 0, kind, "ERROR connection reset by peer");
            add(1, 1, kind, "<html><body>503 Service Unavailable</body></html>");
            add(2, 0, kind, json + row("bad-second").json());
            add(2, 1, kind, json + " " + row("bad-second").json());
            add(3, 0, kind, "[" + json + "]");
            add(3, 1, kind, "\"a string\"");
            add(4, 0, kind, "42");
            add(4, 1, kind, "null");
            add(0, 0, kind, json.replace("}", ",}"));
            add(1, 0, kind, json.replace("bad-", "bad\t"));
            add(4, 0, kind, json + " trailing text");
        }

        private void wrongTypes() {
            String kind = "quarantine type_mismatch";
            add(0, 0, kind, row("bad-type-1").value("\"12.5\""));
            add(0, 1, kind, row("bad-type-2").value("true"));
            add(1, 0, kind, row("bad-type-3").value("{\"amount\":12.5}"));
            add(1, 1, kind, row("bad-type-4").pageJson("[\"/a\",\"/b\"]"));
            add(2, 0, kind, row("-").userJson("42"));
            add(3, 0, kind, row("bad-type-5").typeJson("false"));
            add(4, 0, kind, row("bad-type-6").atJson("1730624400000"));
        }

        private void duplicateFields() {
            String kind = "quarantine duplicate_field";
            String json = row("bad-twice").json();
            add(0, 1, kind, json.replace("}", ",\"value\":2.5}"));
            add(2, 0, kind, json.replace("}", ",\"user_id\":\"bad-twice\"}")); // even with the same value
            add(4, 1, kind, json.replace("}", ",\"p\\u0061ge\":\"/other\"}")); // the same name, escaped
        }

        private void invalidUtf8() {
            String kind = "quarantine invalid_utf8";
            addBytes(0, 0, kind, row("bad-utf8-1-#").json(), 0xe9); // Latin-1
            addBytes(1, 0, kind, row("bad-utf8-2-#").json(), 0x80); // a continuation without a start
            addBytes(1, 1, kind, row("bad-utf8-3-#").json(), 0xe2, 0x82); // cut inside a character
            addBytes(2, 1, kind, row("bad-utf8-4-#").json(), 0xc0, 0xaf); // overlong slash
            addBytes(3, 0, kind, row("bad-utf8-5").page("/#").json(), 0xed, 0xa0, 0x80); // a surrogate
            addBytes(4, 1, kind, row("bad-utf8-6").page("/#").json(), 0xf4, 0x90, 0x80, 0x80); // beyond U+10FFFF
        }

        private void outOfRange() {
            String kind = "quarantine number_out_of_range";
            add(0, 1, kind, row("bad-number-1").value("1e999"));
            add(1, 1, kind, row("bad-number-2").value("-1e999"));
            add(2, 1, kind, row("bad-number-3").value("1.8e308"));
            add(3, 1, kind, row("bad-number-4").value("1" + "0".repeat(309)));
        }

        private void invalidTimes() {
            String kind = "quarantine invalid_time";
            add(0, 0, kind, row("bad-time-1").at("2024-11-00T10:00:00.000000Z"));
            add(1, 0, kind, row("bad-time-2").at("2024-02-30T10:00:00.000000Z"));
            add(2, 0, kind, row("bad-time-3").at("2024-13-01T10:00:00.000000Z"));
            add(2, 1, kind, row("bad-time-4").at(time(2, "25:00:00.000000Z")));
            add(3, 0, kind, row("bad-time-5").at(time(3, "10:61:00.000000Z")));
            add(4, 0, kind, row("bad-time-6").at(time(4, "10:00:61.000000Z")));
            add(4, 1, kind, row("bad-time-7").ingest("2023-02-29T10:00:00.000000Z"));
        }

        private void nullKeys() {
            String kind = "quarantine null_key";
            add(0, 0, kind, row("-").userJson("null"));
            add(4, 1, kind, row("-").userJson("null")); // again: both are counted here, none as a duplicate
            add(0, 1, kind, row("-").userJson(null));
            add(1, 0, kind, row("bad-key-1").atJson("null"));
            add(1, 1, kind, row("bad-key-2").atJson(null));
            add(2, 0, kind, row("-").userJson("null").atJson("null"));
            add(2, 1, kind, "{}");
            add(3, 0, kind, row("-").userJson("null").value("2000000")); // the key comes before the rules
        }

        private void valueRange() {
            String kind = "quarantine rule:value_range";
            add(0, 0, kind, row("bad-range-1").value("1.7976931348623157E308"));
            add(0, 1, kind, row("bad-range-2").value("-1.7976931348623157e+308"));
            add(1, 0, kind, row("bad-range-3").value("1000000.0000000001")); // the next double after the bound
            add(2, 0, kind, row("bad-range-4").value("-1000001"));
            add(2, 1, kind, row("bad-range-5").value("null"));
            add(3, 0, kind, row("bad-range-6").value(null));
            add(3, 1, kind, row("bad-range-7").value("9007199254740993"));
            add(4, 0, kind, row("bad-range-7").value("9007199254740993")); // again: both are counted here
        }

        private String time(int day, String timeOfDay) {
            return start.plusDays(day) + "T" + timeOfDay;
        }

        private Row row(String user) {
            return new Row(Map.of(
                            "event_time", Json.string(time(0, "09:00:00.000000Z")),
                            "ingest_time", Json.string(time(0, "09:00:05.000000Z")),
                            "value", "1.5",
                            "page", "\"/edge\"",
                            "event_type", "\"view\""))
                    .user(user);
        }

        private void add(int day, int part, String kind, Row row) {
            add(day, part, kind, row.json());
        }

        private void add(int day, int part, String kind, String text) {
            lines.add(new Placed(day, part, Line.of(kind, text)));
        }

        /** Puts bytes in the place of the one '#'. */
        private void addBytes(int day, int part, String kind, String template, int... bytes) {
            StringBuilder latin1 = new StringBuilder();
            for (int b : bytes) {
                latin1.append((char) b);
            }
            byte[] line = template.replace("#", latin1).getBytes(StandardCharsets.ISO_8859_1);
            lines.add(new Placed(day, part, new Line(kind, line)));
        }
    }

    /** An event as JSON texts by column; a column that is not in the map is not in the line. */
    private record Row(Map<String, String> fields) {
        private static final List<String> COLUMNS =
                List.of("user_id", "event_time", "ingest_time", "value", "page", "event_type");

        Row user(String text) {
            return userJson(Json.string(text));
        }

        Row at(String text) {
            return atJson(Json.string(text));
        }

        Row ingest(String text) {
            return ingestJson(Json.string(text));
        }

        Row page(String text) {
            return pageJson(Json.string(text));
        }

        Row userJson(String json) {
            return with("user_id", json);
        }

        Row atJson(String json) {
            return with("event_time", json);
        }

        Row ingestJson(String json) {
            return with("ingest_time", json);
        }

        Row value(String json) {
            return with("value", json);
        }

        Row pageJson(String json) {
            return with("page", json);
        }

        Row typeJson(String json) {
            return with("event_type", json);
        }

        String json() {
            return COLUMNS.stream()
                    .filter(fields::containsKey)
                    .map(column -> "\"" + column + "\":" + fields.get(column))
                    .collect(Collectors.joining(",", "{", "}"));
        }

        private Row with(String column, String json) {
            Map<String, String> changed = new HashMap<>(fields);
            if (json == null) {
                changed.remove(column);
            } else {
                changed.put(column, json);
            }
            return new Row(changed);
        }
    }

    /** SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the sequence of SplittableRandom, fixed here for good. */
    private static final class Rng {
        private static final long GAMMA = 0x9e3779b97f4a7c15L;
        private long state;

        Rng(long seed, long... path) {
            state = mix(seed + GAMMA);
            for (long step : path) {
                state = mix(state + GAMMA * (step + 1));
            }
        }

        /** At least 0, less than the bound; the bias is below 2^-20 for the bounds in use. */
        long below(long bound) {
            state += GAMMA;
            return (mix(state) >>> 1) % bound;
        }

        int[] permutation(int n) {
            int[] order = new int[n];
            for (int i = 0; i < n; i++) {
                int j = (int) below(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
            return order;
        }

        private static long mix(long z) {
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }
    }

    /** One gzip member of stored blocks (RFC 1951, 3.2.4; RFC 1952): no time, no name, no bytes that depend on zlib. */
    private static final class StoredGzip extends OutputStream {
        private final OutputStream out;
        private final byte[] block = new byte[0xffff];
        private final CRC32 crc = new CRC32();
        private int used;
        private long length;

        StoredGzip(OutputStream out) throws IOException {
            this.out = out;
            out.write(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff});
        }

        @Override
        public void write(int b) throws IOException {
            if (used == block.length) {
                writeBlock(0);
            }
            block[used++] = (byte) b;
        }

        @Override
        public void close() throws IOException {
            writeBlock(1);
            littleEndian(crc.getValue(), 4);
            littleEndian(length, 4);
            out.close();
        }

        private void writeBlock(int last) throws IOException {
            out.write(last);
            littleEndian(used, 2);
            littleEndian(~used, 2);
            out.write(block, 0, used);
            crc.update(block, 0, used);
            length += used;
            used = 0;
        }

        private void littleEndian(long number, int bytes) throws IOException {
            for (int i = 0; i < bytes; i++) {
                out.write((int) (number >>> (8 * i)) & 0xff);
            }
        }
    }

    /**
     * @param users number of plain users, from u-00000
     * @param days number of days, from {@code start}
     * @param eventsPerDay lines a day without the edge cases
     */
    private record Arguments(long seed, Path out, long users, long days, long eventsPerDay, LocalDate start) {
        static final String USAGE = "usage: java GenerateEvents.java --out FOLDER [--seed 7] [--users 200] [--days 5]"
                + " [--events-per-day 1000] [--start 2024-11-03]";
        private static final List<String> KNOWN =
                List.of("--seed", "--out", "--users", "--days", "--events-per-day", "--start");

        Arguments {
            require(users >= 1, "--users = " + users + ": at least 1");
            require(days >= 1 && days <= 36_500, "--days = " + days + ": between 1 and 36500");
            require(eventsPerDay >= 100 && eventsPerDay <= 1_000_000_000, "--events-per-day = " + eventsPerDay
                    + ": between 100 and 1000000000, so that every file has plain rows to duplicate");
        }

        static Arguments parse(String[] args) {
            Map<String, String> given = new HashMap<>();
            for (int i = 0; i < args.length; i += 2) {
                require(KNOWN.contains(args[i]), args[i] + " is not an option");
                require(i + 1 < args.length, args[i] + " needs a value");
                require(given.put(args[i], args[i + 1]) == null, args[i] + " is given twice");
            }
            require(given.containsKey("--out"), "--out is missing");
            return new Arguments(
                    number(given, "--seed", 7),
                    Path.of(given.get("--out")),
                    number(given, "--users", 200),
                    number(given, "--days", 5),
                    number(given, "--events-per-day", 1_000),
                    LocalDate.parse(given.getOrDefault("--start", "2024-11-03")));
        }

        private static long number(Map<String, String> given, String name, long otherwise) {
            String text = given.get(name);
            try {
                return text == null ? otherwise : Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "%s = %s: give a whole number", name, text), e);
            }
        }

        private static void require(boolean holds, String problem) {
            if (!holds) {
                throw new IllegalArgumentException(problem);
            }
        }
    }
}
