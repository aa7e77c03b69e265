package io.lakeproof.delta;

/**
 * What an audit found of a log.
 *
 * @param file relative to the table
 * @param what is wrong with it, in words
 * @param isDamage false if no reader of any version can see it
 */
public record LogFinding(String file, String what, boolean isDamage) {}
