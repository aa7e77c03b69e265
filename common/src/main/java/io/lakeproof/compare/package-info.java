/** Which rows of two tables differ, and in what. */
@NullMarked
package io.lakeproof.compare;

import org.jspecify.annotations.NullMarked;
