package io.lakeproof.lifecycle;

/**
 * A folder on S3.
 *
 * @param prefix with which the keys of all its objects begin; ends with a slash, or is empty for the whole bucket
 */
public record S3Location(String bucket, String prefix) {
    /** The prefix of the keys of a folder within. */
    public String folder(String name) {
        return prefix + name + "/";
    }
}
