/** Raw input: which files, and how their lines become rows or reasons. */
@NullMarked
package io.lakeproof.source;

import org.jspecify.annotations.NullMarked;
