/** Digest version 1: canonical row encoding and multiset digests. The specification is docs/digest.md. */
@NullMarked
package io.lakeproof.digest;

import org.jspecify.annotations.NullMarked;
