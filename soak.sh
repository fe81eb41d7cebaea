#!/usr/bin/env bash
# The long runs, which are too long for ./test.sh. Prints a table; the exit code is 0 only when all held.
#
#   ./soak.sh                  an hour of static stability: NATS, Consul and every control gone, media goes on;
#                              then 5000 seeds of the simulated mesh, others each time: whatever fails, in any order
#   SOAK_SECONDS=600 ./soak.sh the first for that long
#   SOAK_ROUNDS=200 ./soak.sh  as many seeds; TEST_SEED=number repeats the one that a failure names
set -uo pipefail
cd "$(dirname "$0")"
. scripts/common.sh

seconds=${SOAK_SECONDS:-3600}
rounds=${SOAK_ROUNDS:-5000}
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
require_consul || exit 1
./publish.sh >&2 || exit 1
for project in Mesh.Tests Edge.Mesh.Tests; do
  dotnet build "tests/$project" -c Release -v quiet -p:RunAnalyzers=false >&2 || exit 1
done

TEST_STABLE_SECONDS=$seconds \
  run "static stability, $seconds s" Mesh.Tests "FullyQualifiedName~StabilityTests"
TEST_ROUNDS=$rounds TEST_SEED=${TEST_SEED:-random} \
  run "chaos of the simulated mesh, $rounds seeds" Edge.Mesh.Tests "FullyQualifiedName~ChaosTests"

printf '%s\n' "${rows[@]}"
[ "$failed" -eq 0 ]
