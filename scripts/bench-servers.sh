# Sourced by bench.sh: a forwarded packet's cost beside Janus' (see there).

viewers=${BENCH_VIEWERS:-10 50}
media=${BENCH_MEDIA:-captured plain}
runs=${BENCH_RUNS:-3}
seconds=${BENCH_SECONDS:-5}
join_seconds=3
joins=${BENCH_JOINS:-20}
peers=${BENCH_PEERS:-janus}
# Where nobody stays, so many come and leave a second, and so many publish at the end.
lone_joins=50
publishers=9
if [ $is_quick -eq 1 ]; then
  viewers=10
  runs=1
  seconds=2.5
  join_seconds=2
fi
address=10.99.0.1
namespace=edge-bench-$$
server_core=0
measured=0
binary=out/$(machine_rid)/control
server=

close_bench() {
  stop_server
  ip netns delete "$namespace" 2>/dev/null || true
}

# Nothing of it is needed any more, and draining would take its time.
stop_server() {
  [ -z "$server" ] || { kill -9 "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
  server=
}

# In these two, exec keeps $! the server's own process.
start_ours() {
  EDGE_HTTP=$address:8080 EDGE_PLAIN_HTTP=1 EDGE_MEDIA=$address:7000 EDGE_ADMIN=127.0.0.1:8081 \
    EDGE_APPS=bench:bench-secret EDGE_STANDALONE=1 EDGE_LOG=Warning \
    ip netns exec "$namespace" taskset -c "$server_core" "$binary" >"$scratch/server.log" 2>&1 &
  server=$!
  wait_for "$server" "$scratch/server.log" "$namespace" "http://$address:8080/healthz"
}

# start_janus LOOPS: 0 is Janus' default, a thread a viewer.
start_janus() {
  local config=$scratch/janus loops="" library
  library=$(dirname "$(find /usr/lib -name libjanus_videoroom.so -print -quit)")/..
  [ "$1" -eq 0 ] || loops="event_loops = $1"
  rm -rf "$config"
  mkdir -p "$config/none"
  cat >"$config/janus.jcfg" <<END
general: {
  configs_folder = "$config"
  plugins_folder = "$library/plugins"
  transports_folder = "$library/transports"
  events_folder = "$config/none"
  loggers_folder = "$config/none"
  debug_level = 2
  session_timeout = 0
  $loops
}
media: { ipv6 = false }
nat: { nice_debug = false }
plugins: { disable = "$(cd "$library/plugins" && echo libjanus_*.so | sed 's/libjanus_videoroom.so//; s/ \+/,/g')" }
transports: { disable = "$(cd "$library/transports" && echo libjanus_*.so | sed 's/libjanus_http.so//; s/ \+/,/g')" }
END
  cat >"$config/janus.transport.http.jcfg" <<END
general: { json = "compact", base_path = "/janus", http = true, port = 8088, ip = "$address", https = false }
admin: { admin_http = false, admin_https = false }
END
  echo 'general: { }' >"$config/janus.plugin.videoroom.jcfg"
  ip netns exec "$namespace" taskset -c "$server_core" janus --configs-folder="$config" \
    >"$scratch/server.log" 2>&1 &
  server=$!
  wait_for "$server" "$scratch/server.log" "$namespace" "http://$address:8088/janus/info"
}

# measure NAME ARGUMENT...: one run against the server that is up, which is stopped after it.
measure() {
  local name=$1 file
  shift
  measured=$((measured + 1))
  file=$scratch/reports/$(printf '%s-%04d' "$order" "$measured").json
  echo "$name: $shape, run $run of $runs" >&2
  if ! inside taskset -c "$load_core" dotnet "$load" --name "$name" "${load_arguments[@]}" \
    --bind "$address" --pid "$server" --json "$file" "$@" >"$scratch/load.log" 2>&1; then
    cat "$scratch/load.log" >&2
    tail -5 "$scratch/server.log" >&2
    failed=$((failed + 1))
  fi
  stop_server
}

# measure_ours PROFILE [whole]: cut by the kernel, or as if the network card did it.
measure_ours() {
  local endpoint=http://$address:8080/v1/apps/bench
  start_ours
  measure "ours, $1${2:+, $2}" --srtp "$1" --receive "${2:-cut}" --token bench-secret --version "$our_version" \
    --whip "$endpoint/whip/show" --whep "$endpoint/whep/show"
}

# measure_janus LOOPS NAME
measure_janus() {
  start_janus "$1"
  measure "$2" --srtp sha1 --version "$janus_version" --janus "http://$address:8088/janus"
}

# measure_all ORDER SHAPE ARGUMENT...: every server, one after the other, so that all meet the same weather. Tables
# have the order of ORDER.
measure_all() {
  order=$1
  shape=$2
  shift 2
  load_arguments=("$@")
  measure_ours gcm
  measure_ours gcm whole
  measure_ours sha1
  [ "$peers" = none ] && return
  measure_janus 2 "Janus, 2 loops, sha1"
  measure_janus 0 "Janus, default, sha1"
}

bench_servers() {
  local run count kind packages=(iproute2 util-linux curl)
  local our_version janus_version="" order shape load_arguments
  [ "$peers" = none ] || packages+=(janus)
  require_packages "the bench" "${packages[@]}"
  build_bench control
  our_version=$("$binary" --version | head -1)
  [ "$peers" = none ] || janus_version="Debian's $(dpkg-query -W -f '${Version}' janus)"
  open_namespace
  for run in $(seq "$runs"); do
    for kind in $media; do
      for count in $viewers; do
        measure_all "$kind-$(printf '%04d' "$count")" "$kind media, $count viewers" \
          --media "$kind" --viewers "$count" --seconds "$seconds" --warmup 1 \
          --joins "$([ "$kind" = captured ] && echo "$joins" || echo 0)" --join-seconds "$join_seconds"
      done
    done
    measure_all none "nobody stays, $lone_joins joins a second, $publishers publishers" \
      --viewers 0 --joins "$lone_joins" --join-seconds "$join_seconds" --seconds 1 \
      --warmup 1 --publishers "$publishers"
  done
  print_machine
  dotnet "$load" --summary "$scratch/reports" --json out/bench.json
}
