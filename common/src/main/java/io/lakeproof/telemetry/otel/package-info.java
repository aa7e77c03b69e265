/** Traces by OpenTelemetry; the only place that sees its API and SDK, and loaded only if a run is traced. */
@NullMarked
package io.lakeproof.telemetry.otel;

import org.jspecify.annotations.NullMarked;
