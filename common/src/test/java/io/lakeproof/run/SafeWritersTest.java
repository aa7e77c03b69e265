package io.lakeproof.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Writers;
import io.lakeproof.error.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeWritersTest {
    private static final String DELTAS = "io.delta.storage.S3SingleDriverLogStore";

    @Test
    void refusesALogStoreThatIsSafeForOneDriverOnly() {
        Failure.Configuration failure =
                catchThrowableOfType(Failure.Configuration.class, () -> Sessions.requireSafe(DELTAS, S3Config.DEFAULT));

        assertThat(failure)
                .hasMessage("the log store of this Spark, " + DELTAS
                        + ", is safe only while no other driver commits to the same table");
        assertThat(failure.fix())
                .contains("--conf spark.delta.logStore.s3a.impl=io.lakeproof.delta.ConditionalLogStore")
                .contains("s3.writers = single");
    }

    @Test
    void takesItIfTheConfigurationSaysThatThereIsOneDriver() {
        S3Config single = new S3Config(
                S3Config.DEFAULT.place(), S3Config.DEFAULT.writes(), S3Config.DEFAULT.patience(), Writers.SINGLE);

        assertThatCode(() -> Sessions.requireSafe(DELTAS, single)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.lakeproof.delta.ConditionalLogStore", "io.delta.storage.S3DynamoDBLogStore"})
    void takesOneThatLetsOneOfSeveralDriversCommit(String store) {
        assertThatCode(() -> Sessions.requireSafe(store, S3Config.DEFAULT)).doesNotThrowAnyException();
    }
}
