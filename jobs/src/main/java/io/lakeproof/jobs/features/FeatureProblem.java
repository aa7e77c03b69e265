package io.lakeproof.jobs.features;

/** A feature that has no value its column can hold; whoever knows the row says where. */
final class FeatureProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String fix;

    FeatureProblem(String problem, String fix) {
        super(problem);
        this.fix = fix;
    }

    String fix() {
        return fix;
    }
}
