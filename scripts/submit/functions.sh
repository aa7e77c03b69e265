# shellcheck shell=bash
# What the scripts of this folder share; not to be run.

# shellcheck disable=SC2034 # the scripts use it
main_class=io.lakeproof.cli.Lakeproof

# EMR and EMR Serverless have Delta on their disks, but on no class path.
# shellcheck disable=SC2034 # the scripts use it
emr_delta=/usr/share/aws/delta/lib/delta-spark.jar,/usr/share/aws/delta/lib/delta-storage.jar

# Java 17 and later hide these packages from Spark unless told.
java_17=(-XX:+IgnoreUnrecognizedVMOptions -Djdk.reflect.useDirectMethodHandle=false -Dio.netty.tryReflectionSetAccessible=true)
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
    java.util.concurrent.atomic jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
  java_17+=("--add-opens=java.base/$package=ALL-UNNAMED")
done

usage() { # prints the comment at the top of the script
  awk 'NR > 1 && /^#/ { sub(/^# ?/, ""); print; next } NR > 1 { exit }' "$0"
}

fail() { # fail PROBLEM FIX: the call is wrong
  printf 'error: %s\nfix:   %s\n' "$1" "$2" >&2
  exit 64
}

value_of() { # value_of OPTION COUNT: there must be a word behind the option
  [ "$2" -ge 2 ] || fail "$1 needs a value" "write $1 VALUE; --help shows how"
}

need() { # need OPTION VALUE: it must have been given
  [ -n "$2" ] || fail "$1 is missing" "give $1; --help shows how"
}

show() { # prints a command so that a shell reads it back word by word
  local separator='' word quote="'"
  for word in "$@"; do
    case "$word" in
      '' | *[!A-Za-z0-9_./:=,@%+-]*) word=$quote${word//$quote/$quote\\$quote$quote}$quote ;;
    esac
    printf '%s%s' "$separator" "$word"
    separator=' '
  done
  printf '\n'
}

json_string() {
  local text=$1 backslash=$'\\'
  text=${text//"$backslash"/"$backslash$backslash"}
  text=${text//'"'/"$backslash"'"'}
  text=${text//$'\n'/"$backslash"n}
  text=${text//$'\r'/"$backslash"r}
  text=${text//$'\t'/"$backslash"t}
  case "$text" in
    *[[:cntrl:]]*) fail "an argument has a control character in it: $(printf %q "$1")" "take it out" ;;
  esac
  printf '"%s"' "$text"
}

json_array() {
  local separator='' item
  printf '['
  for item in "$@"; do
    printf '%s' "$separator"
    json_string "$item"
    separator=,
  done
  printf ']'
}

no_result_option() { # no_result_option ARGUMENTS: --result belongs to the script
  local argument
  for argument in "$@"; do
    case "$argument" in
      --result | --result=*) fail "--result is chosen by this script, a new file for each run" "use --results for the folder" ;;
    esac
  done
}

need_run_with_results() { # need_run_with_results RESULTS ARGUMENTS: a folder on S3, and a Lakeproof command
  local results=$1
  shift
  need --results "$results"
  [ $# -gt 0 ] || fail "there is no Lakeproof command" "name one, for example dedup; --help shows how"
  no_result_option "$@"
  case "$results" in
    s3://?*) ;;
    *) fail "--results $results is not of the form s3://bucket/folder" "the AWS CLI reads the result from there" ;;
  esac
}

new_result_name() { # of each run its own, so that no run is taken for another
  printf '%s-%s.json' "$(date -u +%Y%m%dT%H%M%SZ)" "$$-$RANDOM"
}

# await_end WHAT SECONDS STATES: asks the script's state_now until it prints one of STATES, and leaves that in $state. A signal calls
# the script's cancel, which asks the service to stop the run.
await_end() {
  local misses=0
  trap 'cancelled "$1"' INT TERM
  while true; do
    if state=$(state_now); then
      misses=0
      case " $3 " in *" $state "*) break ;; esac
    else
      misses=$((misses + 1))
      if [ "$misses" -ge 10 ]; then
        printf 'error: the state of %s cannot be read; it goes on without this script\n' "$1" >&2
        printf 'fix:   mend the access; to run the same again is safe\n' >&2
        exit 75
      fi
    fi
    sleep "$2" >/dev/null 2>&1 & # a signal ends a wait, but not a sleep
    wait $! || true
  done
  trap - INT TERM
}

cancelled() { # cancelled WHAT
  trap - INT TERM
  printf 'cancelling %s ...\n' "$1" >&2
  cancel >&2 || true
  exit 143
}

finish() { # finish JSON STATE: prints the RESULT line, and exits with the code that it holds
  local code
  code=$(grep -o '"exitCode":[0-9]*' <<<"$1" | head -n 1 | cut -d : -f 2) || true
  if [ -z "$code" ]; then
    printf 'error: the run ended as %s and left no RESULT\n' "$2" >&2
    printf 'fix:   look at the log of its driver; to run it again is safe, it finds out what was committed\n' >&2
    exit 75
  fi
  printf 'RESULT %s\n' "$1"
  exit "$code"
}
