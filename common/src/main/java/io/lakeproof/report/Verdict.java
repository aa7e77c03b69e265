package io.lakeproof.report;

/**
 * What a person reads first.
 *
 * @param word one or two words, such as {@code OK} or {@code DIFFERENT}
 * @param sentence what was found, in one sentence
 */
public record Verdict(Tone tone, String word, String sentence) {
    /** How it looks, besides what it says. */
    public enum Tone {
        GOOD,
        BAD,
        UNCERTAIN
    }

    public static Verdict good(String word, String sentence) {
        return new Verdict(Tone.GOOD, word, sentence);
    }

    public static Verdict bad(String word, String sentence) {
        return new Verdict(Tone.BAD, word, sentence);
    }

    /** Neither good nor bad: not everything could be checked, or the check itself failed. */
    public static Verdict uncertain(String word, String sentence) {
        return new Verdict(Tone.UNCERTAIN, word, sentence);
    }

    String sign() {
        return switch (tone) {
            case GOOD -> State.OK.sign();
            case BAD -> "\u2715";
            case UNCERTAIN -> "!";
        };
    }
}
