package io.lakeproof.model;

import java.util.regex.Pattern;

/**
 * A version of a model's features, and what its features were defined as.
 *
 * @param name 1 to 64 letters, digits, dots, underscores or hyphens: the value of the partition column {@code model}
 * @param definitions SHA-256 of the feature definitions, 64 hexadecimal digits
 */
public record ModelVersion(String name, String definitions) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public ModelVersion {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a model version has 1 to 64 letters, digits, dots, underscores or hyphens, not \"" + name + "\"");
        }
    }
}
