/** One self-contained HTML file that says to a person what a check found. */
@NullMarked
package io.lakeproof.report;

import org.jspecify.annotations.NullMarked;
