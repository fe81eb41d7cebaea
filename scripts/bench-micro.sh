# Sourced by bench.sh: single steps of the packet path, each by itself (see there).

bench_micro() {
  dotnet run -c Release --project tests/Edge.Benchmarks -- micro "$@"
}
