package io.lakeproof.config;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guard lets through is tried on Spark, which has the last word on what an expression is. */
class SqlGuardTest extends SparkTest {
    /** What no expression may find: a view that a subquery could read, a property that a Java method could. */
    private static final String SECRET = "s3cr3t";

    private static final String CALL = "reflect('java.lang.System', 'getProperty', 'lakeproof.secret')";

    private Dataset<Row> row;

    @BeforeAll
    void hideSecrets() {
        runBefore();
        System.setProperty("lakeproof.secret", SECRET);
        SparkSession session = session();
        session.sql("select '" + SECRET + "' as v").createOrReplaceTempView("secrets");
        row = session.sql("select 1 as id, 'x' as value, timestamp'2024-11-05 10:00:00' as event_time, 2 as `select`,"
                + " 3 as `a``b`, 4 as `größe`, 5 as `user`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '^',
            value = {
                "reflect('java.lang.System', 'exit') => \"reflect\" is refused, since it runs Java methods",
                "reflect/**/('a')         => \"reflect\" is refused, since it runs Java methods",
                "REFLECT ('a')            => \"REFLECT\" is refused, since it runs Java methods",
                "1 + java_method('a')     => \"java_method\" is refused, since it runs Java methods",
                "Try_Reflect('a')         => \"Try_Reflect\" is refused, since it runs Java methods",
                "(select max(v) from t)   => \"select\" is refused, since it reads other tables, files, services or secrets",
                "exists (SeLeCt 1)        => \"SeLeCt\" is refused, since it reads other tables, files, services or secrets",
                "a in (table t)           => \"table\" is refused, since it reads other tables, files, services or secrets",
                "a in (values (1))        => \"values\" is refused, since it reads other tables, files, services or secrets",
                "now()                    => \"now\" is refused, since it depends on when, where or how often it runs",
                "current_timestamp        => \"current_timestamp\" is refused, since it depends on when, where or how often it runs",
                "rand()                   => \"rand\" is refused, since it depends on when, where or how often it runs",
                "UUID()                   => \"UUID\" is refused, since it depends on when, where or how often it runs",
                "input_file_name()        => \"input_file_name\" is refused, since it depends on when, where or how often it runs",
                "aes_encrypt(a, b)        => \"aes_encrypt\" is refused, since it depends on when, where or how often it runs",
                "rank() over (order by a) => \"over\" is refused, since it looks at other rows",
                "window(t, '1 day').start => \"window\" is refused, since it makes rows or loses them",
                "identifier('re' || 'flect')('a') => \"identifier\" is refused, since it calls a function by a computed name",
                "(map 1 using 'id' as (x string)) => \"using\" is refused, since it runs a command",
            })
    void refusesWhatIsNoFunctionOfOneRow(String expression, String problem) {
        assertThatThrownBy(() -> SqlGuard.check(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        problem
                                + "; an expression here is a function of one row (a column of that name: write it in backquotes)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '^',
            value = {
                "value/**/+ 1            => /* is refused: comments belong into the file, behind #",
                "a -- b                 => -- is refused: comments belong into the file, behind #",
                "a = 5--3               => -- is refused: comments belong into the file, behind #",
                "(from secrets)         => (from is refused: it reads other tables or files",
                "exists ( FROM secrets) => (FROM is refused: it reads other tables or files",
                "unix_timestamp ( )     => unix_timestamp() is refused: it depends on when it runs",
                "r'\\' || x             => r' is refused: a raw string ends elsewhere than others; double the backslashes, or put a space before the quote",
                "`reflect` ('a')        => `reflect` is refused: it calls a function whose name is in quotes; write the plain name",
                "\"reflect\"('a')       => \"reflect\" is refused: it calls a function whose name is in quotes; write the plain name",
                "`Current_Date`         => `Current_Date` is refused: it calls a function whose name is in quotes; write the plain name",
                "timestamp 'now'        => 'now' is refused: where a time is wanted it is one of the run's clock (as a text: write it in two parts, 'to' || 'day')",
                "a < \" Today \"        => \" Today \" is refused: where a time is wanted it is one of the run's clock (as a text: write it in two parts, 'to' || 'day')",
                "'${env:HOME}'          => ${ is refused: Spark puts a setting or an environment variable of the machine in its place",
                "$$a$$                  => $ is refused: it may stand in quotes only; write a column's name in backquotes",
                "größe                  => ö is refused: it may stand in quotes only; write a column's name in backquotes",
                "'a                     => a quote ' is not closed",
                "'a\\'                  => a quote ' is not closed",
                "`a``                   => a quote ` is not closed",
                "^ ^                    => an SQL expression is needed",
            })
    void refusesWhatSparkMayReadInAnotherWay(String expression, String problem) {
        assertThatThrownBy(() -> SqlGuard.check(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '^',
            value = {
                "id + 1                        => 2",
                "cast(id as string)            => 1",
                "date(event_time)              => 2024-11-05",
                "`select` + 1                  => 3",
                "`a``b`                        => 3",
                "`größe`                       => 4",
                "`user`                        => 5",
                "'reflect(now()) select -- /*' => reflect(now()) select -- /*",
                "\"it's\" || '\"over\"'        => it's\"over\"",
                "'it\\'s' || 'uuid()'          => it'suuid()",
                "'it''s'                       => its",
                "'größe ſelect $$'             => größe ſelect $$",
                "extract(year from event_time) => 2024",
                "trim(both 'x' from value)     => ^^",
                "id is distinct from 2         => true",
                "unix_timestamp(event_time)    => 1730800800",
                "value in ('x', 'y')           => true",
                "case when id - -1 = 2 then 'a' else 'b' end => a",
                "exists(array(1, 2), e -> e > 1) => true",
                "array(1, 2)[0]                => 1",
                "1.5e3BD                       => 1500",
                "hex(X'1F')                    => 1F",
                "value like any ('a', 'x')     => true",
            })
    void acceptsAFunctionOfOneRow(String expression, String value) {
        assertThat(SqlGuard.check(expression)).isEqualTo(expression);
        assertThat(evaluated(expression)).containsExactly(value);
    }

    static List<String> attempts() {
        return List.of(
                CALL,
                "`reflect`" + CALL.substring("reflect".length()),
                "`REFLECT` \t\n" + CALL.substring("reflect".length()),
                "\"reflect\"" + CALL.substring("reflect".length()),
                "`builtin`.`reflect`" + CALL.substring("reflect".length()),
                "`system`.`builtin`.`reflect`" + CALL.substring("reflect".length()),
                "identifier('reflect')" + CALL.substring("reflect".length()),
                "IDENTIFIER ('re' || 'flect')" + CALL.substring("reflect".length()),
                // Raw strings know no escapes, and end at the first quote.
                "r'\\' || " + CALL.replace('\'', '"') + " || r'\\'",
                "R\"\\\" || " + CALL + " || R\"\\\"",
                "r'\\' || (from secrets) || r'\\'",
                "concat(r'\\', (from secrets), r'\\')",
                "1e+r'\\' || " + CALL.replace('\'', '"') + " || r'\\'",
                // A comment ends at a carriage return too, and goes on behind a backslash.
                "'a' -- b\r || " + CALL,
                "'a' -- b\u2028 || " + CALL,
                "'a' -- b\\\n c '\n || " + CALL + " || 'd' -- '",
                "'a' --' \n || " + CALL + "--'",
                "/* /* */ ' */ '' || " + CALL + " || '' /* ' */",
                "/*/ ' /*/ '' || " + CALL,
                "/*+ */ " + CALL,
                "/**/reflect/**/" + CALL.substring("reflect".length()),
                "'\\\\' || " + CALL + " || '\\\\'",
                "'a\\'' || " + CALL + " || '\\''",
                "'a''' || " + CALL,
                "\"a\\\" || \" || " + CALL,
                "\"'\" || " + CALL + " || \"'\"",
                "`'` || " + CALL + " || `'`",
                "`a``b` || " + CALL,
                "$$'$$ || " + CALL + " || $$'$$",
                "$a$'$a$ || " + CALL + " || $a$'$a$",
                // Spark raises letters to upper case one by one: these are SELECT, VALUES, TABLE and USING to it.
                "(\u017felect max(v) from secrets)",
                "(value\u017f ('" + SECRET + "'))",
                "(map 1 u\u017fing 'echo " + SECRET + "' as (x string))",
                "(map 1 us\u0131ng 'echo " + SECRET + "' as (x string))",
                "refl\u0435ct('java.lang.System', 'getProperty', 'lakeproof.secret')",
                "\uff52eflect('java.lang.System', 'getProperty', 'lakeproof.secret')",
                "reflect\u00a0('java.lang.System', 'getProperty', 'lakeproof.secret')",
                "(from secrets)",
                "(\t\n from secrets)",
                "((from secrets))",
                "(\u2003from secrets)",
                "(from secrets |> where true)",
                "(from secrets |> aggregate max(v))",
                "if(exists(from secrets), '" + SECRET + "', '')",
                "if('" + SECRET + "' in (from secrets), '" + SECRET + "', '')",
                "(with a as (from secrets) from a)",
                "(table secrets)",
                "(map 1 using 'echo " + SECRET + "' as (x string))",
                "(reduce 1 using 'echo " + SECRET + "' as (x string))",
                "'${system:lakeproof.secret}'",
                "`${system:lakeproof.secret}`",
                "${system:lakeproof.secret}",
                "'$\\{system:lakeproof.secret}'",
                "'$' || '{system:lakeproof.secret}'",
                "'$''{system:lakeproof.secret}'",
                "refl/**/ect('java.lang.System', 'getProperty', 'lakeproof.secret')",
                "re\\flect('java.lang.System', 'getProperty', 'lakeproof.secret')",
                "reflect\u0000('java.lang.System', 'getProperty', 'lakeproof.secret')",
                "xpath_string('<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>', 'a')",
                "call_function('reflect', 'java.lang.System', 'getProperty', 'lakeproof.secret')",
                "transform(array('java.lang.System'), c -> reflect(c, 'getProperty', 'lakeproof.secret'))",
                "transform(array('java.lang.System'), `reflect`)",
                "value as reflect",
                "explode((from secrets))");
    }

    /** Either the guard refuses it, or Spark finds no secret with it. */
    @ParameterizedTest
    @MethodSource("attempts")
    void letsNoAttemptThrough(String expression) {
        List<String> found = isAccepted(expression) ? evaluated(expression) : List.of("refused");

        assertThat(found).hasSize(1).noneMatch(value -> value != null && value.contains(SECRET));
    }

    /** So that the attempts above are known to be dangerous, and not merely misspelt. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "`reflect`('java.lang.System', 'getProperty', 'lakeproof.secret')",
                "r'\\' || reflect(\"java.lang.System\", \"getProperty\", \"lakeproof.secret\") || r'\\'",
                "'a' -- b\r || reflect('java.lang.System', 'getProperty', 'lakeproof.secret')",
                "(\u017felect max(v) from secrets)",
            })
    void sparkItselfWouldObey(String expression) {
        assertThat(evaluated(expression).toString()).contains(SECRET);
    }

    @Test
    void readsALongExpression() {
        String expression = "value in ('" + "ab".repeat(200_000) + "')" + " or id = 1".repeat(1000);

        assertThat(SqlGuard.check(expression)).isEqualTo(expression);
    }

    private static boolean isAccepted(String expression) {
        try {
            SqlGuard.check(expression);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The value as text, or the error; a list, since an expression could make several rows. */
    private List<String> evaluated(String expression) {
        try {
            return row.select(expr(expression).cast("string")).collectAsList().stream()
                    .map(r -> r.getString(0))
                    .toList();
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            return List.of("error: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }
}
