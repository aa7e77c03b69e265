/** What surrounds every job: the session, the files outside tables, how a foreign exception becomes a failure. */
@NullMarked
package io.lakeproof.run;

import org.jspecify.annotations.NullMarked;
