#!/usr/bin/env bash
# Runs Lakeproof by spark-submit: on a standalone cluster, YARN, Kubernetes, or this machine.
#   scripts/submit/spark-submit.sh [options] COMMAND [options of the command]
# for example: --master spark://host:7077 dedup --config s3a://bucket/events.conf --from 2024-11-05 --to 2024-11-05
#
#   --master URL           default: what the installation's spark-defaults.conf says
#   --deploy-mode MODE     client (default): the exit code is Lakeproof's. cluster: it is Spark's, so --result is required
#   --jar FILE|URI         default: the jar that ./mvnw package made for LAKEPROOF_SPARK (4.0, or 3.5)
#   --delta packages|provided   get Delta from Maven's repository (default), or the installation has it
#   --packages LIST        more packages from Maven's repository, for example org.apache.hadoop:hadoop-aws:3.4.1
#   --conf KEY=VALUE       a setting of Spark; may be given several times
#   --dry-run              print the command and run nothing
#   --help
# Environment: SPARK_HOME (else spark-submit on the PATH), LAKEPROOF_SPARK.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/submit/functions.sh
. "$here/functions.sh"

master='' mode=client jar='' delta=packages more='' dry=false
settings=(--conf spark.yarn.maxAppAttempts=1)
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --dry-run) dry=true; shift; continue ;;
    --) shift; break ;;
    -*) value_of "$1" $# ;;
    *) break ;;
  esac
  case "$1" in
    --master) master=$2 ;;
    --deploy-mode) mode=$2 ;;
    --jar) jar=$2 ;;
    --delta) delta=$2 ;;
    --packages) more=$2 ;;
    --conf) settings+=(--conf "$2") ;;
    *) fail "$1 is not an option of this script" "options of the Lakeproof command stand behind its name; --help shows how" ;;
  esac
  shift 2
done
[ $# -gt 0 ] || fail "there is no Lakeproof command" "name one, for example dedup; --help shows how"

case "${LAKEPROOF_SPARK:-4.0}" in
  4.0) target=target artifact=io.delta:delta-spark_2.13:4.0.0 ;;
  3.5) target=target/spark-3.5 artifact=io.delta:delta-spark_2.12:3.3.2 ;;
  *) fail "LAKEPROOF_SPARK=$LAKEPROOF_SPARK is not a line of Spark that Lakeproof builds for" "use 4.0 or 3.5" ;;
esac
case "$delta" in
  packages) packages=$artifact${more:+,$more} ;;
  provided) packages=$more ;;
  *) fail "--delta $delta is neither packages nor provided" "write one of them" ;;
esac
case "$mode" in
  client) ;;
  cluster)
    case " $* " in
      *' --result '* | *' --result='*) ;;
      *) fail "in cluster mode the exit code is not Lakeproof's" "add --result URI to the command and read the code there" ;;
    esac ;;
  *) fail "--deploy-mode $mode is neither client nor cluster" "write one of them" ;;
esac
case "$mode ${LAKEPROOF_SPARK:-4.0} $master" in
  'cluster 3.5 spark://'*)
    # Spark 3.5 starts the driver on a standalone cluster without what it needs on Java 17. A --conf of the caller takes its place.
    settings=(--conf "spark.driver.extraJavaOptions=${java_17[*]}" "${settings[@]}") ;;
esac
if [ -z "$jar" ]; then
  version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' "$here/../../pom.xml" | head -n 1)
  jar=$(cd "$here/../.." && pwd)/jobs/$target/lakeproof-jobs-$version-spark-${LAKEPROOF_SPARK:-4.0}.jar
  [ -f "$jar" ] || fail "there is no $jar" "make it with ./mvnw package, or name one with --jar"
fi

command=("${SPARK_HOME:+$SPARK_HOME/bin/}spark-submit" ${master:+--master "$master"} --deploy-mode "$mode"
  ${packages:+--packages "$packages"} "${settings[@]}" --class "$main_class" "$jar" "$@")
if $dry; then
  show "${command[@]}"
else
  exec "${command[@]}"
fi
