/** What the settings of buckets, clocks and log stores mean for the tables of a pipeline: records in, findings out. */
@NullMarked
package io.lakeproof.posture;

import org.jspecify.annotations.NullMarked;
