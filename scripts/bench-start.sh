# Sourced by bench.sh: how long the published binary takes to start, and the memory of one that nobody uses (see there).

bench_start() {
  local program
  program=out/$(machine_rid)/control
  if ! { [ -x "$program" ] && grep -qs "^sources: $(source_hash)$" "$(dirname "$program")/BUILD.txt"; }; then
    ./publish.sh control >&2
  fi
  dotnet build tests/Edge.Load/Edge.Load.csproj -c Release -v quiet -p:RunAnalyzers=false >&2
  print_machine
  dotnet "$load" start --program "$program" --starts "${BENCH_STARTS:-30}" --json out/bench-start.json
}
