# Sourced by bench.sh: what a viewer gets on named networks, in virtual time (see there).

bench_networks() {
  local seeds=20
  [ $is_quick -eq 0 ] || seeds=5
  mkdir -p out
  dotnet run -c Release --project tests/Edge.Benchmarks -- networks $seeds | tee out/bench-networks.txt
}
