/** The only place that touches Delta Lake: read at a version, commit a scope, history. */
@NullMarked
package io.lakeproof.delta;

import org.jspecify.annotations.NullMarked;
