package io.lakeproof.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.lifecycle.Archive.Copy;
import io.lakeproof.lifecycle.Archive.State;
import io.lakeproof.model.StorageClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveStateTest {
    /** The class as S3 names it, empty for STANDARD; then what it is with no copy, with one on its way, and with one. */
    @ParameterizedTest
    @CsvSource({
        "'',                  READABLE, READABLE,  READABLE",
        "STANDARD_IA,         READABLE, READABLE,  READABLE",
        "ONEZONE_IA,          READABLE, READABLE,  READABLE",
        "INTELLIGENT_TIERING, READABLE, READABLE,  READABLE",
        "GLACIER_IR,          READABLE, READABLE,  READABLE",
        "REDUCED_REDUNDANCY,  READABLE, READABLE,  READABLE",
        "GLACIER,             ARCHIVED, RESTORING, READABLE",
        "DEEP_ARCHIVE,        ARCHIVED, RESTORING, READABLE",
    })
    void onlyTheTwoArchivesMustBeRestored(String storageClass, State none, State onItsWay, State there) {
        assertThat(State.of(StorageClass.named(storageClass), Copy.NONE)).isEqualTo(none);
        assertThat(State.of(StorageClass.named(storageClass), Copy.ON_ITS_WAY)).isEqualTo(onItsWay);
        assertThat(State.of(StorageClass.named(storageClass), Copy.THERE)).isEqualTo(there);
    }
}
