package io.lakeproof.jobs.retain;

/**
 * What to pin.
 *
 * @param name of the pin
 * @param version a sealed one
 * @param note what the caller wants to remember; empty for nothing
 */
public record PinRequest(TablePlace table, String name, long version, String note) {}
