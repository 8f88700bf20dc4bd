# Shared by ./test, ./warren, ./bench and scripts/setup; sourced, never run.
# Leaves the caller in the repository root, with an environment in which dotnet behaves the same everywhere.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

artifacts=$root/.artifacts
# The process group that this command waits for; while it starts one, "after-" and what was started before.
child=

# dotnet and NuGet refuse to start without a home folder they can write to, and some schedulers and accounts have none.
[ -n "${HOME:-}" ] || HOME=$(getent passwd "$(id -u)" | cut -d: -f6) || HOME=
if [ ! -d "$HOME" ] || [ ! -w "$HOME" ]; then
  HOME=$artifacts/home
  mkdir -p "$HOME"
fi
export HOME
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Every project is built for the invariant culture, and so the SDK needs no ICU either.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# MSBuild worker nodes that outlive the command keep its pipes open, and a caller that reads to the end then waits for them.
export MSBUILDDISABLENODEREUSE=1 MSBUILDTERMINALLOGGER=off

say() { printf '%s\n' "$*"; }

# die MESSAGE: a wrong call or a missing prerequisite, not a failed test.
die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 2
}

# run_logged LOG COMMAND...: runs the command in a process group of its own, output to LOG, no standard input, and returns its
# exit code. The shell waits instead of running it in the foreground, so a trap can act while it runs.
run_logged() {
  local log=$1 code=0
  shift
  mkdir -p "$(dirname "$log")"
  child=after-${!-}
  setsid "$@" >"$log" 2>&1 </dev/null &
  child=$!
  wait "$child" || code=$?
  child=
  return "$code"
}

# signal_group SIGNAL ID: one that was started just now may not have its group yet.
signal_group() { kill "-$1" -- "-$2" 2>/dev/null || kill "-$1" "$2" 2>/dev/null; }

# kill_group CHILD: ends a process group made by run_logged: asks, gives it three seconds, then insists.
kill_group() {
  local i id=${1#after-}
  # A trap may act before the one that was started is known by its id.
  if [ "$id" != "$1" ]; then
    [ "$id" != "${!-}" ] || return 0
    id=$!
  fi
  signal_group TERM "$id" || return 0
  for i in {1..30}; do
    signal_group 0 "$id" || return 0
    sleep 0.1
  done
  signal_group KILL "$id" || return 0
}

# An interrupted command leaves nothing running. ./test has its own way, which also prints what it has so far.
interrupted() {
  trap '' INT TERM HUP
  [ -z "$child" ] || kill_group "$child"
  exit $((128 + $1))
}
trap 'interrupted 2' INT
trap 'interrupted 15' TERM
trap 'interrupted 1' HUP

# set_up TARGET: installs and restores what the project or solution needs, or ends this command.
set_up() {
  local code=0
  [ -f "$1" ] || die "$1 is not in this checkout"
  child=after-${!-}
  setsid scripts/setup "$1" </dev/null &
  child=$!
  wait "$child" || code=$?
  child=
  [ "$code" = 0 ] || exit "$code"
}

# build TARGET [OPTION ...]: a Release build whose output is shown only when it fails. Builds of one checkout wait for each other.
# Files that a build was writing when it was cut off are not whole, yet newer than their sources, so that the next build would take
# them for up to date. Hence the mark, which outlives a kill or a power cut: who finds it builds everything again.
build() {
  local log=$artifacts/build.log mark=$artifacts/build-under-way started code=0 lock
  mkdir -p "$artifacts"
  # What the build starts holds the lock too, so that one whose command was killed is waited for.
  exec {lock}>"$artifacts/build.lock"
  if ! flock -n "$lock"; then
    say "waiting for another build of this checkout"
    child=after-${!-}
    setsid flock "$lock" </dev/null &
    child=$!
    wait "$child"
    child=
  fi
  if [ -e "$mark" ]; then
    say "the last build was cut off: building everything again"
    find . -type d \( -name .git -o -path "./${artifacts#"$root"/}" -o -path '*/bin/Release' -o -path '*/obj/Release' \) -prune \
      -path '*/Release' -exec rm -rf {} +
  fi
  : >"$mark"
  started=$SECONDS
  run_logged "$log" dotnet build "$@" -c Release --no-restore -nologo -v:quiet "-clp:NoSummary;ErrorsOnly" || code=$?
  if [ "$code" != 0 ]; then
    # A full disk cuts files off, too. The compilers see to theirs; those that are compiled ahead of time stay.
    find . -type f \( -path '*/obj/Release/*/R2R/*' -o -path '*/bin/Release/*/publish/*' \) -cnewer "$mark" -delete
  fi
  # Ended by a signal is cut off.
  if [ "$code" -lt 128 ]; then
    sync -f "$artifacts"
    rm -f "$mark"
  fi
  exec {lock}>&-
  if [ "$code" != 0 ]; then
    cat "$log"
    return 1
  fi
  say "built $(basename "$1") in $((SECONDS - started)) s"
}
