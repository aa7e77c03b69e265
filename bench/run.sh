#!/usr/bin/env bash
# Measures Lakeproof beside what a user would pick instead, on this machine: needs a JDK 17 or later, nothing else.
#   bench/run.sh dedup|digest|verify|features|features-spark [rows]
#   bench/run.sh dedup-memory                   checks batches in a small heap: LAKEPROOF_HEAP=1g
#   bench/run.sh daily [rows a day [days]…]     the tables go to standard output, progress to standard error
# Builds when the sources are newer than the last build. Runs with the JVM and Spark settings of scripts/submit/local.sh; since
# many contenders share a JVM here, Spark's cache of generated code has room for all of them.
# Environment: LAKEPROOF_MASTER (local[*]), LAKEPROOF_HEAP (2g), LAKEPROOF_JAVA_OPTS (none), JAVA_HOME.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/submit/functions.sh
. "$root/scripts/submit/functions.sh"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
target="$root/bench/target"
classpath="$target/local-classpath"

build() {
  echo "building Lakeproof and its measurements; the first time this downloads Spark and Delta ..." >&2
  local log="$target/local-build.log"
  mkdir -p "$target"
  rm -f "$classpath"
  # Every module writes its own list over the last one's; bench comes last.
  if ! (cd "$root" && ./mvnw -B -ntp -pl common,jobs,bench -Dmaven.test.skip=true \
          package dependency:build-classpath -Dmdep.outputFile="$classpath" -Dmdep.includeScope=compile) >"$log" 2>&1; then
    rm -f "$classpath"
    grep -E '^\[ERROR\]' "$log" | head -20 >&2 || true
    echo "error: the build failed" >&2
    echo "fix:   the whole log is in $log" >&2
    exit 70
  fi
}

stale() {
  local module sources=("$root/pom.xml")
  for module in common jobs bench; do
    sources+=("$root/$module/pom.xml" "$root/$module/src/main")
  done
  [ ! -f "$classpath" ] || [ -n "$(find "${sources[@]}" -newer "$classpath" -print -quit)" ]
}

if stale; then build; fi

# shellcheck disable=SC2086  # several options, split at spaces
exec "$java" -XX:+UseSerialGC "-Xmx${LAKEPROOF_HEAP:-2g}" "${java_17[@]}" \
  -Dlog4j2.configurationFile="$root/conf/log4j2-local.properties" \
  -Dspark.master="${LAKEPROOF_MASTER:-local[*]}" -Dspark.ui.enabled=false -Dspark.ui.showConsoleProgress=false \
  -Dspark.sql.codegen.cache.maxEntries=1000 -Dspark.sql.shuffle.partitions=16 -Dspark.databricks.delta.snapshotPartitions=2 \
  ${LAKEPROOF_JAVA_OPTS:-} -cp "$target/classes:$(cat "$classpath")" io.lakeproof.bench.Bench "$@"
