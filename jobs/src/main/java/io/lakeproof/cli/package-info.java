/** The command line: the only main. */
@NullMarked
package io.lakeproof.cli;

import org.jspecify.annotations.NullMarked;
