#!/usr/bin/env bash
# Runs Lakeproof in local mode on this machine: needs a JDK 17 or later, nothing else.
#   scripts/submit/local.sh <command> [options]       for example: dedup --config conf/sample.conf
# Builds when the sources are newer than the last build. Spark, Delta and Hadoop come from Maven; no Spark installation.
# Environment: LAKEPROOF_MASTER (local[*]), LAKEPROOF_HEAP (2g), LAKEPROOF_SPARK (4.0, or 3.5),
# LAKEPROOF_JAVA_OPTS (-XX:TieredStopAtLevel=1: a quick start; set it empty for large inputs), JAVA_HOME.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/submit/functions.sh
. "$root/scripts/submit/functions.sh"
line=${LAKEPROOF_SPARK:-4.0}
case "$line" in
  4.0) profile=() ;;
  3.5) profile=(-Pspark-3.5) ;;
  *) echo "error: LAKEPROOF_SPARK=$line is not a line of Spark that Lakeproof builds for" >&2
     echo "fix:   use 4.0 or 3.5" >&2
     exit 64 ;;
esac
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' "$root/pom.xml" | head -1)
case "$line" in 4.0) target=target ;; *) target=target/spark-$line ;; esac
jar="$root/jobs/$target/lakeproof-jobs-$version-spark-$line.jar"
dependencies="$root/jobs/$target/local-classpath"

build() {
  echo "building Lakeproof for Spark $line; the first time this downloads Spark and Delta ..." >&2
  local log="$root/jobs/$target/local-build.log"
  mkdir -p "$(dirname "$log")"
  if ! (cd "$root" && ./mvnw -B -ntp ${profile[@]+"${profile[@]}"} -pl common,jobs -Dmaven.test.skip=true \
          package dependency:build-classpath -Dmdep.outputFile="$dependencies" -Dmdep.includeScope=compile) >"$log" 2>&1; then
    grep -E '^\[ERROR\]' "$log" | head -20 >&2 || true
    echo "error: the build failed" >&2
    echo "fix:   the whole log is in $log" >&2
    exit 70
  fi
  touch "$jar" # a jar whose content stays the same keeps its old time
}

stale() {
  [ ! -f "$jar" ] || [ ! -f "$dependencies" ] ||
    [ -n "$(find "$root/pom.xml" "$root/common/pom.xml" "$root/jobs/pom.xml" \
              "$root/common/src/main" "$root/jobs/src/main" -newer "$jar" -print -quit)" ]
}

if stale; then build; fi

level=error
for argument in "$@"; do
  if [ "$argument" = --verbose ]; then level=info; fi
done
progress=false
if [ -t 2 ]; then progress=true; fi

# shellcheck disable=SC2086 # LAKEPROOF_JAVA_OPTS may be several options
# A task that runs out of memory fails the run; Spark would end the JVM, and the run would look as if it had been stopped.
exec "$java" -XX:+UseSerialGC "-Xmx${LAKEPROOF_HEAP:-2g}" "${java_17[@]}" \
  -Dlog4j2.configurationFile="$root/conf/log4j2-local.properties" -Dlakeproof.log.level="$level" \
  -Dspark.master="${LAKEPROOF_MASTER:-local[*]}" -Dspark.ui.enabled=false -Dspark.ui.showConsoleProgress="$progress" \
  -Dspark.sql.shuffle.partitions=16 -Dspark.databricks.delta.snapshotPartitions=2 \
  -Dspark.executor.killOnFatalError.depth=0 \
  ${LAKEPROOF_JAVA_OPTS--XX:TieredStopAtLevel=1} -cp "$jar:$(cat "$dependencies")" io.lakeproof.cli.Lakeproof "$@"
