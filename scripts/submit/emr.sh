#!/usr/bin/env bash
# Runs Lakeproof as a step of an EMR cluster: adds the step, waits for its end, and ends with the exit code in its RESULT.
#   scripts/submit/emr.sh [options] COMMAND [options of the command]
# for example: --cluster-id j-1K48XXXXXXHCB --jar s3://bucket/lakeproof.jar --results s3://bucket/results
#              dedup --config s3://bucket/events.conf --from 2024-11-05 --to 2024-11-05
#
#   --cluster-id ID        the cluster; EMR 7.x with the jar for Spark 3.5, spark-8.x with that for Spark 4.0
#   --jar s3://…           Lakeproof's jar
#   --results s3://…       a folder; each run leaves its RESULT there, in a file of its own
#   --deploy-mode MODE     cluster (default) or client, which runs the driver on the primary node
#   --conf KEY=VALUE       a setting of Spark; may be given several times
#   --region REGION        default: that of the AWS CLI
#   --poll SECONDS         how often to look, default 20
#   --dry-run              print the call and make none
#   --help
# Needs the AWS CLI and its credentials. SIGINT and SIGTERM cancel the step. The node role must write to --results.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/submit/functions.sh
. "$here/functions.sh"

cluster='' jar='' results='' mode=cluster region='' poll=20 dry=false
settings=(--conf spark.yarn.maxAppAttempts=1 --conf spark.yarn.submit.waitAppCompletion=true)
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --dry-run) dry=true; shift; continue ;;
    --) shift; break ;;
    -*) value_of "$1" $# ;;
    *) break ;;
  esac
  case "$1" in
    --cluster-id) cluster=$2 ;;
    --jar) jar=$2 ;;
    --results) results=$2 ;;
    --deploy-mode) mode=$2 ;;
    --conf) settings+=(--conf "$2") ;;
    --region) region=$2 ;;
    --poll) poll=$2 ;;
    *) fail "$1 is not an option of this script" "options of the Lakeproof command stand behind its name; --help shows how" ;;
  esac
  shift 2
done
need --cluster-id "$cluster"
need --jar "$jar"
need_run_with_results "$results" "$@"
case "$mode" in
  client | cluster) ;;
  *) fail "--deploy-mode $mode is neither client nor cluster" "write one of them" ;;
esac

result=${results%/}/$(new_result_name)
words=(spark-submit --deploy-mode "$mode" --jars "$emr_delta"
  "${settings[@]}" --class "$main_class" "$jar" "$@" --result "$result")
steps="[{\"Type\":\"CUSTOM_JAR\",\"Name\":$(json_string "lakeproof $1"),\"ActionOnFailure\":\"CONTINUE\",\"Jar\":\"command-runner.jar\",\"Args\":$(json_array "${words[@]}")}]"

emr=(aws ${region:+--region "$region"} emr)
add=("${emr[@]}" add-steps --cluster-id "$cluster" --steps "$steps" --query 'StepIds[0]' --output text)
if $dry; then
  show "${add[@]}"
  exit 0
fi

step=$("${add[@]}")
echo "step         $step of cluster $cluster; its result goes to $result" >&2

# shellcheck disable=SC2317 # await_end calls these two
state_now() { "${emr[@]}" describe-step --cluster-id "$cluster" --step-id "$step" --query Step.Status.State --output text; }
# shellcheck disable=SC2317
cancel() { "${emr[@]}" cancel-steps --cluster-id "$cluster" --step-ids "$step" --step-cancellation-option TERMINATE_PROCESS; }

await_end "step $step" "$poll" 'COMPLETED FAILED CANCELLED INTERRUPTED'
json=$(aws ${region:+--region "$region"} s3 cp "$result" - 2>/dev/null) || json=''
finish "$json" "$state"
