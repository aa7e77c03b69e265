/** The same rows in fewer files. */
@NullMarked
package io.lakeproof.jobs.compact;

import org.jspecify.annotations.NullMarked;
