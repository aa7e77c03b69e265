#!/usr/bin/env bash
# Runs Lakeproof on EMR Serverless: starts a job run, waits for its end, and ends with the exit code in its RESULT.
#   scripts/submit/emr-serverless.sh [options] COMMAND [options of the command]
# for example: --application-id 00f1abcdexample --role arn:aws:iam::111122223333:role/lakeproof --jar s3://bucket/lakeproof.jar
#              --results s3://bucket/results dedup --config s3://bucket/events.conf --from 2024-11-05 --to 2024-11-05
#
#   --application-id ID    a Spark application: EMR 7.x with the jar for Spark 3.5, spark-8.x with that for Spark 4.0
#   --role ARN             the role of the job run; it must write to --results
#   --jar s3://…           Lakeproof's jar
#   --results s3://…       a folder; each run leaves its RESULT there, in a file of its own
#   --conf KEY=VALUE       a setting of Spark, without white space; may be given several times
#   --timeout MINUTES      when the service stops the run; default: the service's own, 12 hours
#   --region REGION        default: that of the AWS CLI
#   --poll SECONDS         how often to look, default 20
#   --dry-run              print the call and make none
#   --help
# Needs the AWS CLI and its credentials. SIGINT and SIGTERM cancel the job run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/submit/functions.sh
. "$here/functions.sh"

application='' role='' jar='' results='' timeout='' region='' poll=20 dry=false
submit="--class $main_class --jars $emr_delta"
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --dry-run) dry=true; shift; continue ;;
    --) shift; break ;;
    -*) value_of "$1" $# ;;
    *) break ;;
  esac
  case "$1" in
    --application-id) application=$2 ;;
    --role) role=$2 ;;
    --jar) jar=$2 ;;
    --results) results=$2 ;;
    --conf)
      case "$2" in
        *[[:space:]]*) fail "--conf $2 has white space in it, which EMR Serverless splits" "set it in the application's spark-defaults" ;;
      esac
      submit+=" --conf $2" ;;
    --timeout) timeout=$2 ;;
    --region) region=$2 ;;
    --poll) poll=$2 ;;
    *) fail "$1 is not an option of this script" "options of the Lakeproof command stand behind its name; --help shows how" ;;
  esac
  shift 2
done
need --application-id "$application"
need --role "$role"
need --jar "$jar"
need_run_with_results "$results" "$@"

result=${results%/}/$(new_result_name)
driver="{\"sparkSubmit\":{\"entryPoint\":$(json_string "$jar"),\"entryPointArguments\":$(json_array "$@" --result "$result"),\"sparkSubmitParameters\":$(json_string "$submit")}}"

serverless=(aws ${region:+--region "$region"} emr-serverless)
start=("${serverless[@]}" start-job-run --application-id "$application" --execution-role-arn "$role" --name "lakeproof $1"
  --job-driver "$driver" ${timeout:+--execution-timeout-minutes "$timeout"} --query jobRunId --output text)
if $dry; then
  show "${start[@]}"
  exit 0
fi

run=$("${start[@]}")
echo "job run      $run of application $application; its result goes to $result" >&2

# shellcheck disable=SC2317 # await_end calls these two
state_now() { "${serverless[@]}" get-job-run --application-id "$application" --job-run-id "$run" --query jobRun.state --output text; }
# shellcheck disable=SC2317
cancel() { "${serverless[@]}" cancel-job-run --application-id "$application" --job-run-id "$run"; }

await_end "job run $run" "$poll" 'SUCCESS FAILED CANCELLED'
json=$(aws ${region:+--region "$region"} s3 cp "$result" - 2>/dev/null) || json=''
finish "$json" "$state"
