package io.lakeproof.aws;

import io.lakeproof.lifecycle.RuleText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lifecycle configuration of the stub's bucket: kept as it was sent, it moves nothing. */
final class StubRules {
    private static final String MINIMUM_SIZE = "x-amz-transition-default-minimum-object-size";

    private volatile @Nullable String xml;
    private volatile @Nullable String minimumSize;

    @Nullable
    String xml() {
        return xml;
    }

    void xml(@Nullable String text) {
        xml = text;
    }

    @Nullable
    String minimumSize() {
        return minimumSize;
    }

    void minimumSize(String size) {
        minimumSize = size;
    }

    void get(StubCall call) throws IOException {
        String text = xml;
        if (text == null) {
            call.error(404, "NoSuchLifecycleConfiguration");
            return;
        }
        String size = minimumSize;
        if (size != null) {
            call.set(MINIMUM_SIZE, size);
        }
        call.send(200, text);
    }

    void put(StubCall call) throws IOException {
        Optional<String> refusal = refusal(call.text());
        if (refusal.isPresent()) {
            call.error(400, refusal.get());
            return;
        }
        xml = call.text();
        minimumSize = call.header(MINIMUM_SIZE).orElse(null);
        call.send(200, "");
    }

    void delete(StubCall call) throws IOException {
        xml = null;
        call.send(204, "");
    }

    /** The checks of S3 that it makes: at least one rule, ids once only, 30 days before STANDARD_IA and ONEZONE_IA. */
    private static Optional<String> refusal(String xml) {
        List<RuleText> rules = RuleText.parse(xml);
        long ids = rules.stream().map(RuleText::id).distinct().count();
        boolean early = rules.stream()
                .anyMatch(rule ->
                        rule.text().matches(".*Transition\\(Days=([0-9]|[12][0-9]) StorageClass=[A-Z]+_IA\\).*"));
        return rules.isEmpty() || ids < rules.size()
                ? Optional.of("MalformedXML")
                : early ? Optional.of("InvalidArgument") : Optional.empty();
    }
}
