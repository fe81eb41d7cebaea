# Sourced by bench.sh: whether a packet's cost stays what it is as viewers and tracks grow (see there).
. scripts/bench-servers.sh

shapes=${BENCH_SHAPES:-captured:1:10 captured:1:50 captured:1:200 captured:1:500 captured:1:900 \
  sound:10:10 sound:100:100 sound:500:500}
[ $is_quick -eq 0 ] || shapes="captured:1:10 captured:1:50 sound:10:10"

# A shape is MEDIA:STREAMS:VIEWERS; viewers are spread evenly over the streams.
bench_growth() {
  local run parts kind streams count shape our_version order load_arguments number
  require_packages "the bench" iproute2 util-linux curl
  build_bench control
  our_version=$("$binary" --version | head -1)
  open_namespace
  for run in $(seq "$runs"); do
    number=0
    for parts in $shapes; do
      IFS=: read -r kind streams count <<<"$parts"
      number=$((number + 1))
      order=$(printf '%02d' "$number")
      shape="$kind media, $streams streams, $count viewers"
      load_arguments=(--media "$kind" --streams "$streams" --viewers "$count" --decrypt 10
        --seconds "$seconds" --warmup 1)
      measure_ours gcm
    done
  done
  print_machine
  dotnet "$load" --summary "$scratch/reports" --json out/bench-growth.json
}
