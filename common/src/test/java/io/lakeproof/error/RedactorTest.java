package io.lakeproof.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    private static final String SECRET = "Zx9-hunter2/Qw+8";
    private static final Redactor BY_NAME = Redactor.byName();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fs.s3a.encryption.key",
                "fs.s3a.server-side-encryption.key",
                "fs.s3a.secret.key",
                "fs.s3a.access.key",
                "fs.s3a.session.token",
                "fs.azure.account.key.store.dfs.core.windows.net",
                "db.pwd",
                "db_pwd",
                "pwd",
                "api.key",
                "apiKey",
                "jdbc.url",
                "jdbcUrl",
                "a.password",
                "passwd",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_ACCESS_KEY_ID",
                "X-Amz-Security-Token",
                "X-Amz-Signature",
                "X-Amz-Credential",
                "OTEL_EXPORTER_OTLP_HEADERS",
                "javax.net.ssl.keyStorePassword"
            })
    void takesOutTheValueOfASecretsNameInEveryFormOfAssignment(String name) {
        for (String form : List.of(
                "%s=%s",
                "%s = %s",
                "%s: %s",
                "{\"%s\": \"%s\"}",
                "--set %s=%s",
                "--%s=%s",
                "--%s %s",
                "https://h/p?a=1&%s=%s&b=2",
                "x.conf: 3: %s = \"%s\": no such thing",
                "{\\\"%s\\\":\\\"%s\\\"}")) {
            String text = form.formatted(name, SECRET);

            String redacted = BY_NAME.text(text);

            assertThat(redacted).as(text).doesNotContain("hunter2").contains(name, Redactor.REDACTED);
            assertThat(BY_NAME.text(redacted)).as("again").isEqualTo(redacted);
        }
        assertThat(BY_NAME.value(name, SECRET)).isEqualTo(Redactor.REDACTED);
        assertThat(Pattern.compile(Redactor.NAMES).matcher(name).find()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dedup.key = []: name at least one column, for example [user_id, event_time]",
                "Look at s3a://data/quarantine where run_key = '7f3a'; mend the rule",
                "\"runKey\":\"7f3a\",\"digest\":\"9b\"",
                "s3.kms-key = alias/data is not a key of this account",
                "{\"SSEAlgorithm\":\"aws:kms\",\"KMSMasterKeyID\":\"alias/data\"}",
                "fs.s3a.aws.credentials.provider = com.example.Provider",
                "AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/token",
                "raw/date=2024-11-05/events.json: line 3: Unrecognized token 'abc'"
            })
    void leavesWhatIsNoSecret(String text) {
        assertThat(BY_NAME.text(text)).isEqualTo(text);
    }

    @Test
    void findsSecretsByTheirPlaceAndForm() {
        assertThat(BY_NAME.text("s3a://AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI@bucket/p: no such file"))
                .isEqualTo("s3a://" + Redactor.REDACTED + "@bucket/p: no such file");
        assertThat(BY_NAME.text("the key AKIAIOSFODNN7EXAMPLE is unknown"))
                .isEqualTo("the key " + Redactor.REDACTED + " is unknown");
        assertThat(BY_NAME.text("sent Bearer abc.def-ghi123")).isEqualTo("sent Bearer " + Redactor.REDACTED);
        assertThat(BY_NAME.text("url=jdbc:pg://u:p@h/d?user=u&password=p w"))
                .isEqualTo("url=jdbc:pg://" + Redactor.REDACTED + "@h/d?user=u&password=" + Redactor.REDACTED + " w");
    }

    @Test
    void findsSecretsOfTheEnvironmentAndTheCommandLineByTheirValue() {
        Redactor redactor = Redactor.of(
                Map.of("AWS_SECRET_ACCESS_KEY", "environment1", "PWD", "/data/events", "HOME", "/home/ann"),
                List.of(
                        "dedup",
                        "--set",
                        "a.password=argument2",
                        "--set=b.token=\"argument3\"",
                        "--api-key",
                        "argument4"));

        assertThat(redactor.text("environment1 /data/events /home/ann argument2 argument3 argument4 dedup"))
                .isEqualTo("%1$s /data/events /home/ann %1$s %1$s %1$s dedup".formatted(Redactor.REDACTED));
    }

    @Test
    void redactsTheTextsOfATreeAndKeepsItsShape() {
        assertThat(BY_NAME.tree(
                        Map.of("error", Map.of("message", "a.pwd=xyz"), "n", 1, "list", List.of("b.token=xyz"))))
                .isEqualTo(Map.of(
                        "error", Map.of("message", "a.pwd=" + Redactor.REDACTED),
                        "n", 1,
                        "list", List.of("b.token=" + Redactor.REDACTED)));
    }

    @Test
    void neverLeavesASecretInAnyMixOfAssignments() {
        long seed = 20261125;
        Random random = new Random(seed);
        List<String> names = List.of("password", "x.pwd", "fs.s3a.encryption.key", "apiToken", "path", "dedup.key");
        List<String> separators = List.of(" ", ", ", "&", "; ", "\n");
        for (int n = 0; n < 2000; n++) {
            StringBuilder text = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                String name = names.get(random.nextInt(names.size()));
                String value = Long.toString(random.nextLong() & Long.MAX_VALUE, 36);
                String quote = random.nextBoolean() ? "\"" : "";
                String separator = separators.get(random.nextInt(separators.size()));
                boolean secret = names.indexOf(name) < 4;
                text.append(name)
                        .append('=')
                        .append(quote)
                        .append(value)
                        .append(quote)
                        .append(separator);
                expected.append(name).append('=').append(quote);
                expected.append(secret ? Redactor.REDACTED : value)
                        .append(quote)
                        .append(separator);
            }
            assertThat(BY_NAME.text(text.toString()))
                    .as("seed %d, case %d", seed, n)
                    .isEqualTo(expected.toString());
        }
    }
}
