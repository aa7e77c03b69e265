/** HOCON files to validated records; the only place that sees Typesafe Config. */
@NullMarked
package io.lakeproof.config;

import org.jspecify.annotations.NullMarked;
