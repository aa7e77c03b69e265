package io.lakeproof.jobs.lifecycle;

import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.RuleText;
import io.lakeproof.lifecycle.StoredObject;
import io.lakeproof.lifecycle.TierRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One bucket on two servers, neither of which can do all. */
record MockAndStub(Bucket mock, Bucket stub) implements Bucket {
    @Override
    public Iterable<StoredObject> list(String prefix) {
        return mock.list(prefix);
    }

    @Override
    public Optional<Map<String, String>> tags(String key) {
        return mock.tags(key);
    }

    @Override
    public boolean tag(String key, Map<String, String> tags) {
        return mock.tag(key, tags);
    }

    @Override
    public List<RuleText> rules() {
        return stub.rules();
    }

    @Override
    public void replace(List<RuleText> seen, String idPrefix, List<TierRule> ours) {
        stub.replace(seen, idPrefix, ours);
    }

    @Override
    public Optional<State> state(String key) {
        return stub.state(key);
    }

    @Override
    public void restore(String key, int days, Speed speed) {
        stub.restore(key, days, speed);
    }

    @Override
    public void close() {
        mock.close();
        stub.close();
    }
}
