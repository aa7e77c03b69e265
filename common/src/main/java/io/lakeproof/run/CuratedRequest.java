package io.lakeproof.run;

import io.lakeproof.model.DateScope;

/**
 * What a caller asks of a run that builds dates of a curated table.
 *
 * @param specChange whether the model version may get other definitions than it has
 * @param emptyResult whether the run may take out stored rows without putting in any
 * @param newColumns whether the run may add columns to the table
 */
public record CuratedRequest(
        DateScope scope, Mode mode, Permission specChange, Permission emptyResult, Permission newColumns) {
    /** Which of the scope's dates a run builds. */
    public enum Mode {
        /** All of them. */
        SCOPE,
        /** Those that no run has built for this model version. */
        MISSING,
        /** Those whose rows can differ from what is stored, since their inputs or the settings changed, or nothing is stored. */
        CHANGED
    }

    /** What a run does not do by itself. */
    public enum Permission {
        REFUSED,
        ALLOWED
    }

    /** Every date of a scope, with nothing allowed. */
    public static CuratedRequest of(DateScope scope) {
        return of(scope, Mode.SCOPE);
    }

    /** Some dates of a scope, with nothing allowed. */
    public static CuratedRequest of(DateScope scope, Mode mode) {
        return new CuratedRequest(scope, mode, Permission.REFUSED, Permission.REFUSED, Permission.REFUSED);
    }

    /** The same for other dates. */
    public CuratedRequest within(DateScope other) {
        return new CuratedRequest(other, mode, specChange, emptyResult, newColumns);
    }

    /** The same, with other definitions allowed. */
    public CuratedRequest allowingSpecChange() {
        return new CuratedRequest(scope, mode, Permission.ALLOWED, emptyResult, newColumns);
    }

    /** The same, with an empty result allowed. */
    public CuratedRequest allowingEmpty() {
        return new CuratedRequest(scope, mode, specChange, Permission.ALLOWED, newColumns);
    }

    /** The same, with new columns allowed. */
    public CuratedRequest mergingSchema() {
        return new CuratedRequest(scope, mode, specChange, emptyResult, Permission.ALLOWED);
    }
}
