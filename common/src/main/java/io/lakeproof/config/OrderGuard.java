package io.lakeproof.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses aggregates whose result depends on the order of rows, which Spark does not promise: two runs over the same rows would
 * store other values. For texts that {@link SqlGuard} has passed: these have no comments and no raw strings.
 */
final class OrderGuard {
    /** Exact over integers and decimals only. */
    static final Set<String> SUMS = Set.of("sum", "try_sum");

    /** Exact over decimals only: of integers, Spark adds doubles. */
    static final Set<String> MEANS = Set.of("avg", "mean", "try_avg");

    private static final Pattern TOKEN = Pattern.compile(
            "'(?:[^'\\\\]|\\\\.|'')*'|\"(?:[^\"\\\\]|\\\\.|\"\")*\"|`(?:[^`]|``)*`|[A-Za-z0-9_]+|\\S", Pattern.DOTALL);

    private static final Map<String, String> REFUSED = new TreeMap<>();

    static {
        refuse(
                "takes whichever row comes first",
                "first",
                "first_value",
                "last",
                "last_value",
                "any_value",
                "max_by",
                "min_by",
                "mode");
        refuse(
                "adds doubles in any order; a feature (features.define) does it exactly",
                "std",
                "stddev",
                "stddev_pop",
                "stddev_samp",
                "variance",
                "var_pop",
                "var_samp",
                "corr",
                "covar_pop",
                "covar_samp",
                "kurtosis",
                "skewness",
                "regr_avgx",
                "regr_avgy",
                "regr_intercept",
                "regr_r2",
                "regr_slope",
                "regr_sxx",
                "regr_sxy",
                "regr_syy");
        refuse("joins rows in any order", "listagg", "string_agg");
        refuse("is an estimate that depends on the order of rows", "approx_percentile", "percentile_approx");
        refuse(
                "keeps a sketch that depends on the order of rows",
                "histogram_numeric",
                "approx_top_k",
                "approx_top_k_accumulate",
                "hll_sketch_agg",
                "hll_union_agg",
                "theta_sketch_agg",
                "theta_union_agg",
                "kll_sketch_agg_bigint",
                "kll_sketch_agg_double",
                "kll_sketch_agg_float");
        refuse("collects rows in any order; sort them: sort_array(collect_list(x))", "collect_list", "collect_set");
        refuse("collects rows in any order; sort them: sort_array(array_agg(x))", "array_agg");
    }

    private static final Set<String> COLLECTS = Set.of("collect_list", "collect_set", "array_agg");

    private record Token(String word, int start, int end) {}

    private OrderGuard() {}

    /**
     * Returns the expression.
     *
     * @throws IllegalArgumentException naming what is refused, and why
     */
    static String check(String expression) {
        List<Token> tokens = tokens(expression);
        for (int i = 0; i + 1 < tokens.size(); i++) {
            String word = tokens.get(i).word();
            String why = tokens.get(i + 1).word().equals("(") ? REFUSED.get(word) : null;
            boolean sorted = COLLECTS.contains(word)
                    && i >= 2
                    && tokens.get(i - 1).word().equals("(")
                    && tokens.get(i - 2).word().equals("sort_array");
            if (why != null && !sorted) {
                throw new IllegalArgumentException(word + "(…) is refused, since it " + why);
            }
        }
        return expression;
    }

    /** The arguments of the calls of some functions, without a leading {@code distinct} or {@code all}. */
    static List<String> arguments(String expression, Set<String> functions) {
        List<Token> tokens = tokens(expression);
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (functions.contains(tokens.get(i).word())
                    && tokens.get(i + 1).word().equals("(")) {
                arguments.add(expression
                        .substring(tokens.get(i + 1).end(), closing(tokens, i + 1))
                        .replaceFirst("(?i)^\\s*(distinct|all)\\b", "")
                        .strip());
            }
        }
        return arguments;
    }

    /** Where the parenthesis that a token opens is closed; the end of the text if it is not. */
    private static int closing(List<Token> tokens, int opening) {
        int depth = 0;
        for (Token token : tokens.subList(opening, tokens.size())) {
            if (token.word().equals("(")) {
                depth++;
            } else if (token.word().equals(")") && --depth == 0) {
                return token.start();
            }
        }
        return tokens.get(tokens.size() - 1).end();
    }

    private static List<Token> tokens(String expression) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(expression);
        while (matcher.find()) {
            tokens.add(new Token(matcher.group().toLowerCase(Locale.ROOT), matcher.start(), matcher.end()));
        }
        return tokens;
    }

    private static void refuse(String why, String... words) {
        for (String word : words) {
            REFUSED.put(word, why);
        }
    }
}
