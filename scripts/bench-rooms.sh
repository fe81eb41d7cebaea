# Sourced by bench.sh: what people in a room of real sessions get, and what it costs (see there).
#
# One network namespace, an edge and a control on the servers' cores, all people in the load tool on the last.

runs=${BENCH_RUNS:-3}
seconds=${BENCH_SECONDS:-15}
people=${BENCH_PEOPLE:-100}
pulls=${BENCH_PULLS:-25}
joins=${BENCH_JOINS:-20}
warmup_seconds=5
if [ $is_quick -eq 1 ]; then
  runs=1
  seconds=6
fi

address=10.99.0.1
namespace=edge-bench-$$
secret=bench-secret
# The clients' thread never sleeps: the last core is its own.
load_core=$(($(nproc) - 1))
server_cores=${BENCH_CORES:-$([ "$load_core" -lt 2 ] && echo 0 || echo "0-$((load_core - 1))")}
binaries=out/$(machine_rid)
measured=0
edge=
control=

close_bench() {
  stop_room
  ip netns delete "$namespace" 2>/dev/null || true
}

stop_room() {
  [ -z "$control" ] || end_process "$control"
  [ -z "$edge" ] || end_process "$edge"
  control=
  edge=
}

# serve NAME SETTING...: runs a server; exec keeps $! the process' own.
serve() {
  local process=$1
  shift
  ip netns exec "$namespace" taskset -c "$server_cores" env EDGE_PEERS="e1=127.0.0.1:7101,c1=127.0.0.1:7102" \
    EDGE_POP_KEY_FILE="$scratch/pop.key" EDGE_LOG=Warning "$@" "$binaries/$process" \
    </dev/null >"$scratch/$process.log" 2>&1 &
}

start_room() {
  (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$scratch/pop.key")
  serve edge EDGE_NODE=e1 EDGE_MEDIA="$address:7000" EDGE_ADMIN=127.0.0.1:8082
  edge=$!
  serve control EDGE_NODE=c1 EDGE_HTTP="$address:8080" EDGE_PLAIN_HTTP=1 EDGE_ADMIN=127.0.0.1:8081 \
    EDGE_APPS="bench:$secret"
  control=$!
  wait_for "$edge" "$scratch/edge.log" "$namespace" http://127.0.0.1:8082/readyz
  wait_for "$control" "$scratch/control.log" "$namespace" http://127.0.0.1:8081/readyz
}

# measure_room BAD RUN: a room with so many bad networks, of servers that are new.
measure_room() {
  local file
  measured=$((measured + 1))
  file=$scratch/reports/$(printf '%04d-%04d' "$1" "$measured").json
  echo "A room of $people, $1 of them on bad networks, run $2 of $runs" >&2
  start_room
  if ! inside taskset -c "$load_core" dotnet "$load" rooms --api "http://$address:8080/v1/apps/bench" \
    --token "$secret" --edge "$edge" --control "$control" --server-cores "$(core_count)" --people "$people" \
    --pulls "$pulls" --joins "$joins" --bad "$1" --seconds "$seconds" --warmup "$warmup_seconds" \
    --bind "$address" --json "$file" >&2; then
    tail -n 5 "$scratch/edge.log" "$scratch/control.log" >&2
    failed=$((failed + 1))
  fi
  stop_room
}

core_count() { inside taskset -c "$server_cores" nproc; }

bench_rooms() {
  local run bad
  require_packages "the bench" iproute2 util-linux curl
  build_bench control edge
  open_namespace
  for run in $(seq "$runs"); do
    # Interleaved, so that both kinds of room meet the same weather.
    for bad in $(printf '0\n%s\n' "$bad_people" | sort -un); do
      measure_room "$bad" "$run"
    done
  done
  print_machine
  echo "The clients ran on core $load_core; edge and control on $server_cores."
  dotnet "$load" rooms --summary "$scratch/reports" --json out/bench-rooms.json
}
