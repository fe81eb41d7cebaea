# Sourced by bench.sh: how long the published binary takes to start, and the memory of one that nobody uses (see there).

bench_start() {
  build_bench control
  print_machine
  dotnet "$load" start --program "out/$(machine_rid)/control" --starts "${BENCH_STARTS:-30}" --json out/bench-start.json
}
