package io.lakeproof.jobs.compact;

import io.lakeproof.model.DateScope;
import io.lakeproof.run.FileLayout;
import java.util.Optional;

/**
 * What to compact.
 *
 * @param table path of a sealed table
 * @param scope of event dates
 * @param model of a curated table; empty for all models, and for other tables
 */
public record CompactRequest(String table, DateScope scope, Optional<String> model, FileLayout layout) {}
