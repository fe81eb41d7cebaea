# Sourced by bench.sh: what one hop of the mesh costs (see there).
#
# Three network namespaces. PoP A: two edges, joined by the LAN bus. PoP B: one edge. Each PoP has a
# nats-server; a link of its own joins the two. The clients' namespace reaches both PoPs directly, so that the
# slow link is on the way of the mesh alone, and publishers and viewers share a clock.
#
# Which edge a session comes to is placement's choice. So each edge has a control of its own that knows no
# other edge; where a stream is, the edge asks the mesh, as ever.

runs=${BENCH_RUNS:-3}
seconds=${BENCH_SECONDS:-4}
streams=${BENCH_STREAMS:-1 32}
links=${BENCH_LINKS:-}
round_trip_ms=${BENCH_RTT:-150}
loss_percent=${BENCH_LOSS:-1}
# A layer is sent for 2 s after its last viewer; what one place costs is not to be paid for by the next.
warmup_seconds=2
if [ $is_quick -eq 1 ]; then
  runs=1
  seconds=1.5
  warmup_seconds=1.5
  links=${links:-plain bbr:16}
fi
links=${links:-plain cubic bbr:16}

name=edge-bench-$$
clients_address=10.99.0.1
pop_a_address=10.99.0.2
pop_b_address=10.99.0.3
gateway_a_address=10.99.9.1
gateway_b_address=10.99.9.2
secret=bench-secret
# The clients' thread never sleeps: the last core is its own.
load_core=$(($(nproc) - 1))
server_cores=${BENCH_CORES:-$([ "$load_core" -lt 2 ] && echo 0 || echo "0-$((load_core - 1))")}
binaries=out/$(machine_rid)
measured=0
process_ids=()
declare -A ids # by name

close_bench() {
  stop_lab
}

stop_lab() {
  local id namespace
  [ ${#process_ids[@]} -eq 0 ] || kill "${process_ids[@]}" 2>/dev/null || true
  for id in "${process_ids[@]}"; do
    end_process "$id"
  done
  process_ids=()
  for namespace in clients a b; do
    ip netns delete "$name-$namespace" 2>/dev/null || true
  done
}

# start NAMESPACE NAME COMMAND...: its log has the name, its id is in `ids`; exec keeps $! the process' own.
start() {
  local namespace=$name-$1 process=$2 log=$scratch/$2.log
  shift 2
  ip netns exec "$namespace" taskset -c "$server_cores" "$@" </dev/null >"$log" 2>&1 &
  ids[$process]=$!
  process_ids+=($!)
}

# start_lab LINK
start_lab() {
  local congestion="" pop
  open_namespaces
  if [ "$1" = plain ]; then
    ip -n "$name-a" link add gateway type veth peer name gateway netns "$name-b"
  else
    congestion=${1%:*}
    open_slow_link
    [[ $1 != *:* ]] || set_buffers "${1#*:}"
  fi
  address_link a "$gateway_a_address" "$gateway_b_address" "$congestion"
  address_link b "$gateway_b_address" "$gateway_a_address" "$congestion"
  start_nats a "$gateway_a_address" b "$gateway_b_address"
  start_nats b "$gateway_b_address" a "$gateway_a_address"
  wait_for_gateways
  (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$scratch/pop.key")
  start_edge a "$pop_a_address" 1 "$(peers_of "$pop_a_address" 1 2)"
  start_edge a "$pop_a_address" 2 "$(peers_of "$pop_a_address" 1 2)"
  start_edge b "$pop_b_address" 1 "$(peers_of "$pop_b_address" 1)"
  start_control a "$pop_a_address" 1
  start_control a "$pop_a_address" 2
  start_control b "$pop_b_address" 1
  for pop in a1 a2 b1; do
    wait_until_ready "${pop:0:1}" "edge-$pop" "809${pop:1}"
    wait_until_ready "${pop:0:1}" "control-$pop" "818${pop:1}"
  done
}

# wait_until_ready POP NAME ADMIN_PORT
wait_until_ready() {
  wait_for "${ids[$2]}" "$scratch/$2.log" "$name-$1" "http://127.0.0.1:$3/readyz"
}

# The clients' address is on two links, one to each PoP.
open_namespaces() {
  local pop address
  for pop in clients a b; do
    ip netns add "$name-$pop"
    ip -n "$name-$pop" link set lo up
  done
  for pop in a b; do
    address=pop_${pop}_address
    ip -n "$name-clients" link add "to-$pop" type veth peer name clients netns "$name-$pop"
    ip -n "$name-clients" address add "$clients_address" peer "${!address}" dev "to-$pop"
    ip -n "$name-$pop" address add "${!address}" peer "$clients_address" dev clients
    ip -n "$name-clients" link set "to-$pop" up
    ip -n "$name-$pop" link set clients up
  done
}

# set_buffers MIB: how much a connection may have on its way at most. The kernel's 4 MiB are full a quarter of
# the time at 150 ms, 1 % and 10,000 packets a second (ss -ti, "sndbuf_limited"), and then carry 8,000 of them.
set_buffers() {
  local pop
  for pop in a b; do
    ip netns exec "$name-$pop" bash -c "echo 4096 16384 $(($1 << 20)) >/proc/sys/net/ipv4/tcp_wmem"
  done
}

# Two devices with the emulator between them.
open_slow_link() {
  local pop
  start clients link dotnet "$load" link --left link-a --right link-b --seed "$((1000 + measured))" \
    --delay "$(awk "BEGIN { print $round_trip_ms / 2 }")" --loss "$loss_percent"
  for _ in $(seq 100); do
    grep -qs "The link is there" "$scratch/link.log" && break
    kill -0 "${ids[link]}" 2>/dev/null || { cat "$scratch/link.log" >&2; return 1; }
    sleep 0.1
  done
  for pop in a b; do
    ip -n "$name-clients" link set "link-$pop" netns "$name-$pop" name gateway
    # TCP's window is many packets; none is to be lost but by the emulator's choice.
    ip -n "$name-$pop" link set gateway txqueuelen 10000
  done
}

# address_link POP OWN OTHER CONGESTION: the route says which congestion control its connections have. As a
# setting of a namespace the kernel takes only what is allowed to everybody.
address_link() {
  ip -n "$name-$1" address add "$2" dev gateway
  ip -n "$name-$1" link set gateway up
  ip -n "$name-$1" route add "$3" dev gateway src "$2" ${4:+congctl "$4"}
}

# start_nats POP GATEWAY OTHER_POP OTHER_GATEWAY
start_nats() {
  cat >"$scratch/nats-$1.conf" <<CONF
server_name: $1
host: 127.0.0.1
port: 4222
gateway {
  name: $1
  host: $2
  port: 7222
  gateways: [ { name: $3, url: nats://$4:7222 } ]
}
CONF
  start "$1" "nats-$1" nats-server -c "$scratch/nats-$1.conf"
}

wait_for_gateways() {
  local pop
  for pop in a b; do
    for _ in $(seq 150); do
      grep -qs 'Outbound gateway connection to .* registered' "$scratch/nats-$pop.log" && continue 2
      sleep 0.1
    done
    echo "The nats-servers did not join:" >&2
    tail -5 "$scratch"/nats-*.log >&2
    return 1
  done
}

# peers_of ADDRESS NUMBER...: edges with these numbers, each with its control.
peers_of() {
  local address=$1 number peers=()
  shift
  for number in "$@"; do
    peers+=("e$number=$address:710$number" "c$number=$address:711$number")
  done
  (IFS=, && echo "${peers[*]}")
}

# start_edge POP ADDRESS NUMBER PEERS
start_edge() {
  start "$1" "edge-$1$3" env EDGE_POP="$1" EDGE_NODE="e$3" EDGE_PEERS="$4" EDGE_NATS=nats://127.0.0.1:4222 \
    EDGE_POP_KEY_FILE="$scratch/pop.key" EDGE_MEDIA="$2:700$3" EDGE_ADMIN="127.0.0.1:809$3" \
    EDGE_SHARDS=1 EDGE_LOG=Warning "$binaries/edge"
}

# start_control POP ADDRESS NUMBER: that of the edge with this number.
start_control() {
  start "$1" "control-$1$3" env EDGE_POP="$1" EDGE_NODE="c$3" EDGE_PEERS="$(peers_of "$2" "$3")" \
    EDGE_POP_KEY_FILE="$scratch/pop.key" EDGE_HTTP="$2:808$3" EDGE_PLAIN_HTTP=1 \
    EDGE_ADMIN="127.0.0.1:818$3" EDGE_APPS="bench:$secret" EDGE_LOG=Warning "$binaries/control"
}

# measure LINK STREAMS RUN
measure() {
  local link=$1 count=$2 run=$3 file path=v1/apps/bench conditions="" places=()
  measured=$((measured + 1))
  file=$scratch/reports/$(printf '%04d-%04d' "$count" "$measured").json
  if [ "$link" = plain ]; then
    places+=(--place "home=http://$pop_a_address:8081/$path/whep")
    places+=(--place "LAN=http://$pop_a_address:8082/$path/whep")
  else
    conditions="$round_trip_ms ms, $loss_percent %, ${link%:*}"
    [[ $link != *:* ]] || conditions+=", ${link#*:} MiB"
  fi
  places+=(--place "NATS=http://$pop_b_address:8081/$path/whep")
  echo "link $link, $count streams, run $run of $runs" >&2
  if ! ip netns exec "$name-clients" taskset -c "$load_core" dotnet "$load" mesh \
    --publish "http://$pop_a_address:8081/$path/whip" "${places[@]}" --token "$secret" \
    --process "home=${ids[edge-a1]}" --process "LAN=${ids[edge-a2]}" --process "NATS=${ids[edge-b1]}" \
    --process "nats-server A=${ids[nats-a]}" --process "nats-server B=${ids[nats-b]}" --tcp "${ids[nats-a]}" \
    --streams "$count" --seconds "$seconds" --warmup "$warmup_seconds" --bind "$clients_address" \
    --conditions "$conditions" --json "$file" >&2; then
    failed=$((failed + 1))
  fi
}

bench_mesh() {
  local run link count
  PATH=$PATH:/usr/sbin # Where Debian has nats-server, and not everybody looks.
  require_packages "the bench" iproute2 util-linux curl nats-server
  build_bench control edge
  for run in $(seq "$runs"); do
    for link in $links; do
      for count in $streams; do
        # Anew each time: what waits before a slow link would still wait.
        start_lab "$link"
        measure "$link" "$count" "$run"
        stop_lab
        [ "$link" = plain ] || tail -1 "$scratch/link.log" >&2
      done
    done
  done
  print_machine
  echo "The clients ran on core $load_core; edges, controls, nats-servers and the link on $server_cores."
  dotnet "$load" mesh --summary "$scratch/reports" --json out/bench-mesh.json
}
