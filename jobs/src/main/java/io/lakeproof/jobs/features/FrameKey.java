package io.lakeproof.jobs.features;

import io.lakeproof.config.Ties;
import io.lakeproof.config.Window;
import java.io.Serializable;

/**
 * What tells windows apart; features that agree on it share a frame.
 *
 * @param condition the position of the condition in the pass's rows, -1 without one
 */
record FrameKey(int condition, Window window, boolean includeCurrent, Ties ties) implements Serializable {}
