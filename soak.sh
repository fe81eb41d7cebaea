#!/usr/bin/env bash
# The long runs, which are too long for ./test.sh. Prints a table; the exit code is 0 only when all held.
#
#   ./soak.sh                  an hour of static stability: NATS and every control gone, media goes on
#   SOAK_SECONDS=600 ./soak.sh the same, shorter
set -uo pipefail
cd "$(dirname "$0")"
. scripts/common.sh

seconds=${SOAK_SECONDS:-3600}
failed=0
rows=()

case "${1:-}" in
  "") ;;
  -h | --help)
    print_head
    exit 0
    ;;
  *)
    echo "Unknown argument $1; there is none." >&2
    exit 2
    ;;
esac

# run NAME PROJECT FILTER: one long run; its row says how it went.
run() {
  local name=$1 project=$2 filter=$3 start=$SECONDS outcome=held
  echo "$name ..." >&2
  if ! dotnet test "tests/$project" -c Release --no-build --filter "$filter" >&2; then
    outcome=FAILED
    failed=$((failed + 1))
  fi
  rows+=("$(printf '%-52s %6d s  %s' "$name" $((SECONDS - start)) "$outcome")")
}

require_dotnet || exit 1
require_openssl || exit 1
require_packages "the long runs" nats-server || exit 1
./publish.sh >&2 || exit 1
dotnet build tests/Mesh.Tests -c Release -v quiet -p:RunAnalyzers=false >&2 || exit 1

export TEST_STABLE_SECONDS=$seconds
run "static stability, $seconds s" Mesh.Tests "FullyQualifiedName~StabilityTests"

printf '%s\n' "${rows[@]}"
[ "$failed" -eq 0 ]
