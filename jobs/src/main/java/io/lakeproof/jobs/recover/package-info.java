/** Goes back to sealed versions, and keeps those that are pinned or promised. */
@NullMarked
package io.lakeproof.jobs.recover;

import org.jspecify.annotations.NullMarked;
