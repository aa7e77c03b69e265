#!/usr/bin/env bash
# Kills the sample run with SIGKILL at moments spread over its whole length, each time with a fresh table, then runs it again:
# the second run must end with the golden digest, and the ledger with one seal.
#   bench/kill9.sh [kills]        default 20; prints one line a kill, exits 1 if any ends in another state
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
kills=${1:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
golden=$(sed -n 's/^  "digest": "\([0-9a-f]*\)".*/\1/p' test-data/goldens/events.json)

run() { # run COMMAND…: one Lakeproof command on the tables of this round
  scripts/submit/local.sh "$@" --config conf/sample.conf \
    --set "dedup.target=$work/clean" --set "ledger.path=$work/ledger" --set "quarantine.path=$work/quarantine"
}

milliseconds() { date +%s%3N; }

run dedup >/dev/null
rm -rf "${work:?}"/*
start=$(milliseconds)
run dedup >/dev/null
length=$(( $(milliseconds) - start ))
echo "an undisturbed run takes $length ms; digest $golden"

failed=0
for i in $(seq 1 "$kills"); do
  rm -rf "${work:?}"/*
  at=$(( length * i / (kills + 1) ))
  run dedup >"$work.out" 2>&1 &
  pid=$!
  sleep "$(printf '%d.%03d' $((at / 1000)) $((at % 1000)))"
  pkill -KILL -P "$pid" 2>/dev/null || true
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  left=$(find "$work" -path '*_delta_log*' -name '*.json' | wc -l)
  result=$(run dedup | tail -1)
  outcome=$(sed 's/.*"outcome":"\([A-Z]*\)".*/\1/' <<<"$result")
  digest=$(sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/' <<<"$result")
  seals=$(run lineage show | sed -n 's/^chain *intact, \([0-9]*\) seals$/\1/p')
  verdict=ok
  if [ "$digest" != "$golden" ] || [ "$seals" != 1 ]; then verdict=WRONG failed=1; fi
  echo "killed after $at ms with $left commits made: then $outcome, digest ${digest:0:12}, $seals seal: $verdict"
done
rm -f "$work.out"
exit "$failed"
