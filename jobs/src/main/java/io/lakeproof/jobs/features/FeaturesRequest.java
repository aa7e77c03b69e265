package io.lakeproof.jobs.features;

import io.lakeproof.model.DateScope;

/**
 * What a caller asks of a features run.
 *
 * @param specChange whether the model version may get other definitions than it has
 * @param emptyResult whether the run may take out stored rows without putting in any
 */
public record FeaturesRequest(DateScope scope, FeaturesMode mode, Permission specChange, Permission emptyResult) {
    /** What a run does not do by itself. */
    public enum Permission {
        REFUSED,
        ALLOWED
    }

    /** Every date of a scope, with nothing allowed. */
    public static FeaturesRequest of(DateScope scope) {
        return new FeaturesRequest(scope, FeaturesMode.SCOPE, Permission.REFUSED, Permission.REFUSED);
    }

    /** The same for other dates. */
    public FeaturesRequest within(DateScope other) {
        return new FeaturesRequest(other, mode, specChange, emptyResult);
    }
}
