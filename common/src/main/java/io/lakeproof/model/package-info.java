/** Records that know no library: scopes, counts, inputs, outcomes. */
@NullMarked
package io.lakeproof.model;

import org.jspecify.annotations.NullMarked;
