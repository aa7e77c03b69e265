/** Measurements: Lakeproof and what a user would pick instead, side by side in one run. Not shipped. */
@NullMarked
package io.lakeproof.bench;

import org.jspecify.annotations.NullMarked;
