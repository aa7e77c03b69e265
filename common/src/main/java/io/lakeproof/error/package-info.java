/** The failures that Lakeproof foresees: what went wrong, how to mend it, whether to retry, and the exit code. */
@NullMarked
package io.lakeproof.error;

import org.jspecify.annotations.NullMarked;
