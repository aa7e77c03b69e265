package io.lakeproof.lifecycle;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.config.PriceTable;
import io.lakeproof.model.StorageClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the tests of this package share. */
final class LifecycleCases {
    static final LifecycleConfig CONFIG = config(false);

    private LifecycleCases() {}

    static LifecycleConfig config(boolean archiveLive) {
        return new LifecycleConfig(
                "training",
                List.of(
                        new Tier("hot", 0, Optional.empty()),
                        new Tier("cold", 90, Optional.of(StorageClass.STANDARD_IA)),
                        new Tier("archive", 365, Optional.of(StorageClass.GLACIER))),
                archiveLive,
                Optional.empty(),
                200);
    }

    static PriceTable prices() throws IOException {
        Path file = Path.of(System.getProperty("lakeproof.root"), "conf", "prices", "s3-us-east-1.conf");
        return PriceTable.load(file.toString(), Files.readString(file));
    }
}
