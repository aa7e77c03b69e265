/** What a run tells the outside: the RESULT line and the result file. */
@NullMarked
package io.lakeproof.telemetry;

import org.jspecify.annotations.NullMarked;
