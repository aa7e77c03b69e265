/** A recovery drill: restore, compare, make again, compare. */
@NullMarked
package io.lakeproof.jobs.drill;

import org.jspecify.annotations.NullMarked;
