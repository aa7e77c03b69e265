/** The command that looks whether buckets, clocks, log stores and tables are set up so that nothing is lost. */
@NullMarked
package io.lakeproof.jobs.doctor;

import org.jspecify.annotations.NullMarked;
