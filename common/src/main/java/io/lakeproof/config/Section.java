package io.lakeproof.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one object of a configuration, and remembers which keys were asked for: a key that nobody reads is a problem. */
final class Section {
    private final String path;
    private final ConfigObject object;
    private final Problems problems;
    private final Map<String, String> origins;
    private final Map<String, String> defaults;
    private final TreeSet<String> known = new TreeSet<>();

    /**
     * One object.
     *
     * @param origins gets where each setting that is given was read
     * @param defaults gets what stands in for each setting that is not
     */
    Section(
            String path,
            ConfigObject object,
            Problems problems,
            Map<String, String> origins,
            Map<String, String> defaults) {
        this.path = path;
        this.object = object;
        this.problems = problems;
        this.origins = origins;
        this.defaults = defaults;
    }

    /** The section under the key; an empty one if it is missing, so that its required keys are reported. */
    Section section(String key) {
        return optionalSection(key)
                .orElseGet(() -> new Section(
                        full(key),
                        com.typesafe.config.ConfigFactory.empty().root().withOrigin(object.origin()),
                        problems,
                        origins,
                        defaults));
    }

    Optional<Section> optionalSection(String key) {
        return value(key, ConfigValueType.OBJECT, "an object { … }").map(value -> child(key, (ConfigObject) value));
    }

    /** True if the key is given, whatever its value. */
    boolean has(String key) {
        return object.containsKey(key);
    }

    /** A required text. */
    String text(String key) {
        return text(key, Function.identity(), "");
    }

    /** A required value; {@code unset} stands in for it after a problem was noted. */
    <T> T text(String key, Function<String, T> parser, T unset) {
        Optional<String> text = optionalText(key);
        if (text.isEmpty() && !object.containsKey(key)) {
            problems.add(object.origin(), full(key) + " is missing");
        }
        return text.map(t -> parsed(key, t, parser, unset)).orElse(unset);
    }

    /** An optional value. */
    <T> T textOr(String key, Function<String, T> parser, T standard) {
        if (!object.containsKey(key)) {
            defaults.put(plain(key), shown(standard));
        }
        return optionalText(key).map(t -> parsed(key, t, parser, standard)).orElse(standard);
    }

    Optional<String> optionalText(String key) {
        return scalar(key);
    }

    /** A list of texts; a single text counts as a list of one. */
    List<String> texts(String key) {
        known.add(key);
        ConfigValue value = object.get(key);
        if (value == null) {
            return List.of();
        }
        if (value.valueType() != ConfigValueType.LIST) {
            return scalar(key).map(List::of).orElse(List.of());
        }
        origins.put(plain(key), Problems.where(value.origin()));
        List<String> texts = new ArrayList<>();
        for (ConfigValue element : (ConfigList) value) {
            if (element.valueType() == ConfigValueType.OBJECT || element.valueType() == ConfigValueType.LIST) {
                problem(key, "holds " + shown(element) + ": every element must be a text");
            } else {
                texts.add(String.valueOf(element.unwrapped()));
            }
        }
        return texts;
    }

    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        value(key, ConfigValueType.LIST, "a list [ { … }, … ]").ifPresent(list -> {
            int index = 0;
            for (ConfigValue element : (ConfigList) list) {
                if (element.valueType() == ConfigValueType.OBJECT) {
                    sections.add(child(key + "[" + index + "]", (ConfigObject) element));
                } else {
                    problem(key, "holds " + shown(element) + ": every element must be an object { … }");
                }
                index++;
            }
        });
        return sections;
    }

    /** All keys with their texts, in the order of their lines: for sections whose keys the user invents. */
    Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        object.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, ConfigValue>>comparingInt(
                                e -> e.getValue().origin().lineNumber())
                        .thenComparing(Map.Entry::getKey))
                .forEach(e -> scalar(e.getKey()).ifPresent(text -> entries.put(e.getKey(), text)));
        return entries;
    }

    /** All keys with their objects, in the order of their lines: for sections whose keys the user invents. */
    Map<String, Section> children() {
        Map<String, Section> children = new LinkedHashMap<>();
        object.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, ConfigValue>>comparingInt(
                                e -> e.getValue().origin().lineNumber())
                        .thenComparing(Map.Entry::getKey))
                .forEach(e -> optionalSection(e.getKey()).ifPresent(child -> children.put(e.getKey(), child)));
        return children;
    }

    /** The keys that are there. */
    Set<String> keys() {
        return object.keySet();
    }

    /** Notes a problem with the value under a key. */
    void problem(String key, String problem) {
        ConfigValue value = object.get(key);
        problems.add(value == null ? object.origin() : value.origin(), full(key) + " " + problem);
    }

    /** Notes every key that nobody asked for, with the nearest known one. */
    void refuseUnknownKeys() {
        object.entrySet().stream()
                .filter(e -> !known.contains(e.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> problems.add(
                        e.getValue().origin(),
                        full(e.getKey()) + " is not a setting; "
                                + Nearest.to(e.getKey(), known)
                                        .map(near -> "did you mean " + near + "? ")
                                        .orElse("")
                                + (known.isEmpty()
                                        ? "none is known here"
                                        : "known here: " + String.join(", ", known))));
    }

    private <T> T parsed(String key, String text, Function<String, T> parser, T unset) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            problem(key, "= \"" + text + "\": " + e.getMessage());
            return unset;
        }
    }

    private Optional<String> scalar(String key) {
        known.add(key);
        ConfigValue value = object.get(key);
        if (value == null) {
            return Optional.empty();
        }
        origins.put(plain(key), Problems.where(value.origin()));
        if (value.valueType() == ConfigValueType.OBJECT
                || value.valueType() == ConfigValueType.LIST
                || value.valueType() == ConfigValueType.NULL) {
            problem(key, "= " + shown(value) + ": must be a text");
            return Optional.empty();
        }
        return Optional.of(String.valueOf(value.unwrapped()));
    }

    private Optional<ConfigValue> value(String key, ConfigValueType type, String expected) {
        known.add(key);
        @Nullable ConfigValue value = object.get(key);
        if (value == null) {
            return Optional.empty();
        }
        origins.put(plain(key), Problems.where(value.origin()));
        if (value.valueType() != type) {
            problem(key, "must be " + expected);
            return Optional.empty();
        }
        return Optional.of(value);
    }

    private static String shown(@Nullable Object standard) {
        if (standard instanceof Enum<?> constant) {
            return Choice.word(constant);
        }
        if (standard instanceof Optional<?> optional) {
            return optional.map(Section::shown).orElse("none");
        }
        return ZoneOffset.UTC.equals(standard) ? "UTC" : String.valueOf(standard);
    }

    private static String shown(ConfigValue value) {
        return value.render(ConfigRenderOptions.concise());
    }

    private Section child(String key, ConfigObject child) {
        return new Section(full(key), child, problems, origins, defaults);
    }

    /** As {@link #full}, without quotes. */
    private String plain(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private String full(String key) {
        String element = key.endsWith("]") || key.matches("[A-Za-z0-9_-]+") ? key : ConfigUtil.quoteString(key);
        return path.isEmpty() ? element : path + "." + element;
    }

    ConfigOrigin origin() {
        return object.origin();
    }
}
