package io.lakeproof.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lakeproof.error.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a HOCON text, its overrides from the environment and from {@code --set}, into a validated pipeline. */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * Later wins: the file, then environment variables {@code CONFIG_FORCE_dedup_target}, then {@code sets}.
     *
     * @param name of the file, as messages shall show it
     * @param sets {@code key=value}; a value that starts with a bracket, brace or quote is HOCON, any other is a text
     * @throws Failure.Configuration with every problem found, each with file, line, key, value and the fix
     */
    public static PipelineConfig load(String name, String text, List<String> sets) {
        return load(file(name, text, sets), new LinkedHashMap<>());
    }

    private static PipelineConfig load(ConfigObject file, Map<String, String> defaults) {
        Problems problems = new Problems();
        Map<String, String> origins = new LinkedHashMap<>();
        Section root = new Section("", file, problems, origins, defaults);
        PipelineConfig pipeline = PipelineReader.read(root, origins);
        problems.throwIfAny();
        return pipeline;
    }

    private static ConfigObject file(String name, String text, List<String> sets) {
        return merged(name, text, sets).root().withOrigin(ConfigOriginFactory.newSimple(name));
    }

    /**
     * Every setting that counts, {@code key = value (where it was read)}, in the order of the keys; of one that is not given its
     * default. Sections that are not there at all have no settings, but for those of object storage.
     *
     * @throws Failure.Configuration as {@link #load(String, String, List)}
     */
    public static List<String> explain(String name, String text, List<String> sets) {
        ConfigObject file = file(name, text, sets);
        Map<String, String> defaults = new TreeMap<>();
        load(file, defaults);
        Map<String, String> lines = new TreeMap<>();
        defaults.forEach((key, value) -> lines.put(key, value + "  (default)"));
        file.toConfig()
                .entrySet()
                .forEach(entry -> lines.put(
                        String.join(".", ConfigUtil.splitPath(entry.getKey())),
                        entry.getValue().render(ConfigRenderOptions.concise()) + "  ("
                                + Problems.where(entry.getValue().origin()) + ")"));
        return lines.entrySet().stream()
                .map(line -> line.getKey() + " = " + line.getValue())
                .toList();
    }

    /**
     * How object storage is reached as far as the environment and {@code sets} say: a file that lies there must be read before it
     * can say so itself.
     */
    public static S3Config storage(List<String> sets) {
        Problems problems = new Problems();
        ConfigObject overrides = merged("overrides", "", sets).root();
        S3Config s3 = new Section("", overrides, problems, new LinkedHashMap<>(), new LinkedHashMap<>())
                .optionalSection("s3")
                .map(S3Reader::read)
                .orElse(S3Config.DEFAULT);
        problems.throwIfAny();
        return s3;
    }

    private static Config merged(String name, String text, List<String> sets) {
        try {
            Config config = ConfigFactory.parseString(
                    text, ConfigParseOptions.defaults().setOriginDescription(name));
            config = ConfigFactory.systemEnvironmentOverrides().withFallback(config);
            for (String set : sets) {
                config = override(config, set);
            }
            return config.resolve(ConfigResolveOptions.defaults());
        } catch (ConfigException e) {
            throw new Failure.Configuration(
                    "the configuration cannot be read: " + e.getMessage(),
                    "Mend the HOCON at the line named (https://github.com/lightbend/config/blob/main/HOCON.md).",
                    e);
        }
    }

    private static Config override(Config config, String set) {
        int equals = set.indexOf('=');
        if (equals < 1) {
            throw new Failure.Usage(
                    "--set " + set + " is not of the form key=value",
                    "Write for example --set dedup.target=/data/clean");
        }
        String key = set.substring(0, equals).trim();
        String text = set.substring(equals + 1).trim();
        try {
            ConfigUtil.splitPath(key);
            ConfigParseOptions origin = ConfigParseOptions.defaults().setOriginDescription("--set " + key);
            ConfigValue value = text.startsWith("[") || text.startsWith("{") || text.startsWith("\"")
                    ? ConfigFactory.parseString("value = " + text, origin).getValue("value")
                    : ConfigValueFactory.fromAnyRef(text);
            return config.withValue(key, value.withOrigin(ConfigOriginFactory.newSimple("--set " + key)));
        } catch (ConfigException e) {
            throw new Failure.Usage(
                    "--set " + set + ": " + e.getMessage(), "Write key=value, a list as key=[\"a\",\"b\"]");
        }
    }
}
