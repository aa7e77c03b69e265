package io.lakeproof.cli;

import io.lakeproof.aws.RecordedCalls.Call;
import java.util.Map;
import java.util.Set;

final class PolicyCheck {
    private PolicyCheck() {}

    static void everyJobKeepsToItsPolicy(Map<String, Set<Call>> calls) {
        calls.forEach((command, of) -> of.forEach(call -> System.out.println("@@ " + command + " " + call)));
    }
}
