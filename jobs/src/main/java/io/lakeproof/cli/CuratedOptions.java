package io.lakeproof.cli;

import io.lakeproof.model.DateScope;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRequest.Mode;
import io.lakeproof.run.CuratedRequest.Permission;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the commands that build dates of one model version of a curated table. */
final class CuratedOptions {
    @Mixin
    final CommonOptions common = new CommonOptions();

    @Mixin
    private final ScopeOptions scope = new ScopeOptions();

    @Option(
            names = "--allow-spec-change",
            description = "Rebuild a model version with other definitions than it has. What is stored of it outside the"
                    + " scope is stale until `--mode changed` has rebuilt it.")
    private boolean allowSpecChange;

    @Option(
            names = "--allow-empty",
            description = "Take out the stored rows of the scope even if there is not one row to put in their place.")
    private boolean allowEmpty;

    boolean dryRun() {
        return scope.dryRun;
    }

    CuratedRequest request(Mode mode, boolean mergeSchema) {
        DateScope dates = scope.scope();
        return new CuratedRequest(
                dates, mode, permission(allowSpecChange), permission(allowEmpty), permission(mergeSchema));
    }

    private static Permission permission(boolean given) {
        return given ? Permission.ALLOWED : Permission.REFUSED;
    }

    /** Which of the scope's dates a single run builds. */
    static final class Dates {
        @Option(
                names = "--mode",
                paramLabel = "MODE",
                defaultValue = "scope",
                description =
                        "scope: every date of the scope; missing: those that were never built; changed: those whose rows"
                                + " can differ from what is stored. Default: scope.")
        Mode mode = Mode.SCOPE;
    }
}
