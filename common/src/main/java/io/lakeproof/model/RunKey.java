package io.lakeproof.model;

/**
 * SHA-256 over job, target, scope, input manifest and resolved job configuration: the same run key means the same work.
 * It never depends on a clock, an attempt number or a random value, so a retry has the key of its first attempt.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record RunKey(String hex) {
    public static RunKey of(String job, String target, DateScope scope, Manifest manifest, String configDigest) {
        Sha256 sha = new Sha256()
                .raw("lakeproof.run.1")
                .text(job)
                .text(target)
                .text(scope.toString())
                .text(configDigest)
                .number(manifest.files().size());
        for (InputFile file : manifest.files()) {
            String etag = file.etag();
            sha.text(file.path())
                    .number(file.length())
                    .number(file.modifiedMillis())
                    .text(etag == null ? "" : etag);
        }
        return new RunKey(sha.hex());
    }

    @Override
    public String toString() {
        return hex;
    }
}
