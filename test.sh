#!/usr/bin/env bash
# Installs what the tests need, builds once with all analyzers, runs every test project and closes with
# one line: N passed, N failed. The exit code is 0 only when nothing failed.
#
#   ./test.sh           everything
#   ./test.sh --fast    without browsers, other WebRTC stacks and network namespaces
#
# TEST_SEED=number repeats a random test, TEST_GOLDEN=update rewrites golden files.
set -uo pipefail
cd "$(dirname "$0")"
. scripts/common.sh

results=out/test
# Longest that one project may take. Chosen: a third of the 90 minutes that CI gives the whole suite.
project_seconds_max=1800

is_fast=0
for argument in "$@"; do
  case "$argument" in
    --fast) is_fast=1 ;;
    -h | --help)
      print_head
      exit 0
      ;;
    *)
      echo "Unknown argument $argument; there is only --fast." >&2
      exit 2
      ;;
  esac
done

close() {
  echo "$1 passed, $2 failed"
  [ "$2" -eq 0 ] || exit 1
  exit 0
}

# left_out collects vstest filters; a test carries [Trait("Category", "Browser")], "Interop", "Netns" or
# "Terraform".
left_out=()
leave_out() {
  echo "Left out: tests of category $1 ($2)." >&2
  left_out+=("Category!=$1")
}

require_dotnet || close 0 1
require_openssl || close 0 1
require_packages "tests of the bus" nats-server || close 0 1
require_consul || close 0 1
require_packages "tests of packages and scripts" dpkg systemd shellcheck openssl || close 0 1
require_packages "tests of metrics and alerts" prometheus || close 0 1
if ! command -v terraform >/dev/null; then
  leave_out Terraform "Terraform is in no package of Debian: https://developer.hashicorp.com/terraform/install"
fi
if [ $is_fast -eq 1 ]; then
  leave_out Browser "--fast"
  leave_out Interop "--fast"
  leave_out Netns "--fast"
else
  if grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then
    leave_out Browser "Ubuntu packs browsers as snaps"
  else
    require_packages "browser tests" chromium firefox-esr ffmpeg || close 0 1
    require_partytracks || close 0 1
  fi
  require_stacks || close 0 1
  if [ "$(id -u)" -ne 0 ]; then
    leave_out Netns "it needs root"
  else
    require_packages "network namespace tests" iproute2 nftables bird2 openssh-server openssh-client openssl mmdebstrap apt-utils || close 0 1
  fi
fi
filter=$(IFS='&'; echo "${left_out[*]:-}")

rm -rf "$results"
mkdir -p "$results"
echo "Building; the first time this takes some minutes"
if ! dotnet build Edge.sln -c Release -v quiet; then
  close 0 1
fi

passed=0
failed=0
# The tests that start executables start the NativeAOT binaries.
if [ $is_fast -eq 0 ] && ! ./publish.sh; then
  failed=$((failed + 1))
fi

# counter FILE NAME: a number out of a project's result file.
counter() {
  sed -n "s/.*<Counters.* $2=\"\([0-9]*\)\".*/\1/p" "$1" | head -1
}

# The rules of the repository first: they take seconds.
for project in tests/Repository.Tests/Repository.Tests.csproj \
  $(ls tests/*.Tests/*.csproj | grep -v Repository.Tests); do
  name=$(basename "$project" .csproj)
  started=$SECONDS
  timeout --kill-after=30 $project_seconds_max \
    dotnet test "$project" -c Release --no-build ${filter:+--filter "$filter"} \
    --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    --logger "console;verbosity=minimal" -v quiet \
    >"$results/$name.log" 2>&1
  status=$?
  file=$results/$name.trx
  project_passed=0
  project_failed=0
  if [ -f "$file" ]; then
    project_passed=$(counter "$file" passed)
    project_failed=$(counter "$file" failed)
  elif grep -q 'No test matches the given testcase filter' "$results/$name.log"; then
    status=0
  fi
  # A project that did not end well has failed, whatever it counted.
  if [ $status -ne 0 ] && [ "${project_failed:-0}" -eq 0 ]; then
    project_failed=1
  fi
  printf '%-28s %5d passed %4d failed %4d s\n' \
    "$name" "${project_passed:-0}" "$project_failed" $((SECONDS - started))
  if [ "$project_failed" -ne 0 ]; then
    cat "$results/$name.log"
  fi
  passed=$((passed + ${project_passed:-0}))
  failed=$((failed + project_failed))
done
close $passed $failed
