#!/usr/bin/env bash
# Runs Lakeproof as a one-time run of Databricks' Jobs API 2.1: submits a JAR task, waits for its end, and ends with the exit code
# in its RESULT line.
#   scripts/submit/databricks.sh [options] COMMAND [options of the command]
# for example: --cluster-id 1124-101010-abcdefgh --jar /Volumes/main/tools/lakeproof.jar
#              dedup --config s3a://bucket/events.conf --from 2024-11-05 --to 2024-11-05
#
#   --cluster-id ID        a running all-purpose cluster in dedicated access mode; or
#   --new-cluster FILE     a file with the JSON of new_cluster: a job cluster for this run
#   --jar PATH             Lakeproof's jar: /Volumes/…, /Workspace/… or a URI; 17.3 LTS takes that for Spark 4.0, 15.4 and 16.4 LTS
#                          (Scala 2.12) that for Spark 3.5
#   --token-key KEY        idempotency_token, at most 64 characters: a second submission with the same one finds the first run
#   --timeout SECONDS      when Databricks stops the run; default: never
#   --poll SECONDS         how often to look, default 20
#   --dry-run              print the call, with the token left out, and make none
#   --help
# Environment: DATABRICKS_HOST (https://….cloud.databricks.com), DATABRICKS_TOKEN. Needs curl. SIGINT and SIGTERM cancel the run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/submit/functions.sh
. "$here/functions.sh"

cluster='' new='' jar='' key='' timeout='' poll=20 dry=false
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
    --new-cluster) new=$2 ;;
    --jar) jar=$2 ;;
    --token-key) key=$2 ;;
    --timeout) timeout=$2 ;;
    --poll) poll=$2 ;;
    *) fail "$1 is not an option of this script" "options of the Lakeproof command stand behind its name; --help shows how" ;;
  esac
  shift 2
done
if [ -n "$cluster" ] && [ -n "$new" ]; then fail "--cluster-id and --new-cluster exclude each other" "give one of them"; fi
if [ -z "$cluster$new" ]; then fail "there is no cluster" "give --cluster-id or --new-cluster"; fi
if [ -n "$new" ] && [ ! -r "$new" ]; then fail "$new cannot be read" "name a file with the JSON of new_cluster"; fi
need --jar "$jar"
[ $# -gt 0 ] || fail "there is no Lakeproof command" "name one, for example dedup; --help shows how"
[ -n "${DATABRICKS_HOST:-}" ] || fail "DATABRICKS_HOST is not set" "set it to the workspace's URL"
$dry || [ -n "${DATABRICKS_TOKEN:-}" ] || fail "DATABRICKS_TOKEN is not set" "set it to a token that may submit runs"
host=${DATABRICKS_HOST%/}
case "$host" in
  http://* | https://*) ;;
  *) host=https://$host ;;
esac

if [ -n "$cluster" ]; then where="\"existing_cluster_id\":$(json_string "$cluster")"; else where="\"new_cluster\":$(cat "$new")"; fi
body="{\"run_name\":$(json_string "lakeproof $1")${timeout:+,\"timeout_seconds\":$timeout}${key:+,\"idempotency_token\":$(json_string "$key")},\"tasks\":[{\"task_key\":\"lakeproof\",$where,\"libraries\":[{\"jar\":$(json_string "$jar")}],\"spark_jar_task\":{\"main_class_name\":\"$main_class\",\"parameters\":$(json_array "$@")}}]}"

if $dry; then
  show curl -X POST "$host/api/2.1/jobs/runs/submit" -H 'Authorization: Bearer ***' -H 'Content-Type: application/json' --data "$body"
  exit 0
fi

call() { # call METHOD PATH [BODY]: prints the answer; the token stands in no argument, which others could see
  local data=()
  if [ $# -gt 2 ]; then data=(-H 'Content-Type: application/json' --data-binary "$3"); fi
  curl -sS --fail-with-body --connect-timeout 10 --max-time 60 -X "$1" "${data[@]}" \
    -H @<(printf 'Authorization: Bearer %s' "$DATABRICKS_TOKEN") "$host/api/2.1/jobs/$2"
}

number() { # number NAME JSON: the first number of this name
  grep -o "\"$1\" *: *[0-9]*" <<<"$2" | head -n 1 | grep -o '[0-9]*$' || true
}

word() { # word NAME JSON: the first string of this name, of capital letters
  grep -o "\"$1\" *: *\"[A-Z_]*\"" <<<"$2" | head -n 1 | sed 's/.*"\(.*\)"$/\1/' || true
}

if ! answer=$(call POST runs/submit "$body"); then
  echo "error: the run was not taken: $answer" >&2
  echo "fix:   mend what the answer says; to submit the same again is safe" >&2
  exit 75
fi
run=$(number run_id "$answer")
[ -n "$run" ] || { echo "error: the answer has no run_id: $answer" >&2; exit 75; }
echo "run          $run of $host" >&2

# shellcheck disable=SC2317 # await_end calls these two
state_now() {
  local answer
  if ! answer=$(call GET "runs/get?run_id=$run"); then
    printf '%s\n' "$answer" >&2
    return 1
  fi
  word life_cycle_state "$answer"
}
# shellcheck disable=SC2317
cancel() { call POST runs/cancel "{\"run_id\":$run}"; }

await_end "run $run" "$poll" 'TERMINATED SKIPPED INTERNAL_ERROR'

# The standard output of a JAR task is the field logs of its own run: a JSON string, in which the RESULT line is the last.
answer=$(call GET "runs/get?run_id=$run") || answer=''
task=$(grep -o '"tasks" *:.*' <<<"$(tr -d '\n' <<<"$answer")" | grep -o '"run_id" *: *[0-9]*' | head -n 1 | grep -o '[0-9]*$') || true
logs=$(call GET "runs/get-output?run_id=${task:-$run}") || logs=''
json=$(grep -o 'RESULT {\\"schemaVersion\\".*' <<<"$logs" | sed 's/.*RESULT {\\"schemaVersion/{\\"schemaVersion/; s/}\\n.*/}/; s/}"[,}].*/}/; s/\\\(.\)/\1/g') || json=''
finish "$json" "$state $(word result_state "$answer")"
