/** Rolling-window features of the clean table's rows. */
@NullMarked
package io.lakeproof.jobs.features;

import org.jspecify.annotations.NullMarked;
