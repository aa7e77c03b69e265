/** What a run tells the outside: the RESULT line, the result file, metrics and traces. */
@NullMarked
package io.lakeproof.telemetry;

import org.jspecify.annotations.NullMarked;
