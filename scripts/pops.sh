# Sourced by run.sh: several PoPs on one machine, the lab for what happens between them.
#
# PoP P lives on 127.0.P.1, which needs no root: all of 127/8 is this machine. Its processes share one
# settings file; each is told only who it is and where it listens.

edges_per_pop=2

# How long processes have to begin and to end before that counts as a failure.
pops_start_seconds=30
pops_stop_seconds=10

declare -A pops_names=() # by process id

# run_pops COUNT: starts them, says where they are, and stays until Ctrl-C.
run_pops() {
  local count=$1 pop name
  PATH=$PATH:/usr/sbin # Where Debian has nats-server, and not everybody looks.
  require_packages "several PoPs" nats-server
  pops_folder=$(mktemp -d)
  # What the caller's settings say is for one process, but how much is logged and such.
  for name in "${!EDGE_@}"; do
    case "$name" in
      EDGE_LOG | EDGE_LIMITS | EDGE_SHARDS | EDGE_DRAIN_SECONDS | EDGE_DRAIN_WITHDRAW_SECONDS) ;;
      *) unset "$name" ;;
    esac
  done
  # Processes get groups of their own, so that Ctrl-C reaches this script alone, which ends them in order.
  set -m
  trap 'stop_pops; exit 0' INT TERM HUP
  trap 'stop_pops' EXIT
  for ((pop = 1; pop <= count; pop++)); do
    start_nats "$pop" "$count"
  done
  # Joined first, so that whoever is ready knows of all.
  for ((pop = 1; pop <= count; pop++)); do
    wait_until "nats-server $pop is joined with the others" is_joined "$pop" "$count"
  done
  for ((pop = 1; pop <= count; pop++)); do
    start_pop "$pop"
  done
  for ((pop = 1; pop <= count; pop++)); do
    wait_until "PoP $pop is ready" is_ready "$pop"
    print_pop "$pop"
  done
  cat <<TEXT

App id dev, secret dev-secret, everywhere. The edges of a PoP share its media address, as they do behind
routers: a session goes to the one that its client's packets meet, and what meets another later is passed on.
Logs and settings: $pops_folder
A process may be killed by its number; the others go on. Ctrl-C stops all.
TEXT
  watch_pops
}

start_nats() {
  local pop=$1 count=$2 folder=$pops_folder/pop$1
  mkdir "$folder"
  write_nats_settings "$pop" "$count" >"$folder/nats.conf"
  start_process "$pop" nats nats-server -c "$folder/nats.conf"
}

start_pop() {
  local pop=$1 address=127.0.$1.1 folder=$pops_folder/pop$1 index peers
  (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$folder/pop.key")
  peers=c1=$address:7100
  for ((index = 1; index <= edges_per_pop; index++)); do
    peers+=,e$index=$address:$((7100 + index))
  done
  cat >"$folder/settings.json" <<JSON
{
  "EDGE_POP": "pop$pop",
  "EDGE_POP_KEY_FILE": "$folder/pop.key",
  "EDGE_PEERS": "$peers",
  "EDGE_NATS": "nats://$address:4222",
  "EDGE_HTTP": "$address:8080",
  "EDGE_SHARDS": "1"
}
JSON
  for ((index = 1; index <= edges_per_pop; index++)); do
    command_of edge
    start_process "$pop" "e$index" env EDGE_NODE="e$index" EDGE_ADMIN="$address:$((8081 + index))" \
      EDGE_MEDIA="$address:7000" EDGE_MEDIA_SHARED=1 EDGE_MEDIA_TCP="$address:$((7000 + index))" "${command[@]}" --config "$folder/settings.json"
  done
  command_of control
  start_process "$pop" c1 env EDGE_NODE=c1 EDGE_ADMIN="$address:8081" \
    "${command[@]}" --config "$folder/settings.json"
}

# One server a PoP; gateways join them, so that what is published in one crosses to another only where
# somebody there wants it.
write_nats_settings() {
  local pop=$1 count=$2 other
  cat <<CONF
server_name: pop$pop
host: 127.0.$pop.1
port: 4222
gateway {
  name: pop$pop
  host: 127.0.$pop.1
  port: 7222
  gateways: [
CONF
  for ((other = 1; other <= count; other++)); do
    [ "$other" -eq "$pop" ] || echo "    { name: pop$other, url: nats://127.0.$other.1:7222 }"
  done
  printf '  ]\n}\n'
}

# start_process POP NAME COMMAND...: its output goes into a log of its own.
start_process() {
  local pop=$1 name=$2
  shift 2
  "$@" </dev/null >"$pops_folder/pop$pop/$name.log" 2>&1 &
  pops_names[$!]=pop$pop/$name
}

# wait_until WHAT CHECK POP...: or says what did not come, and ends all.
wait_until() {
  local what=$1 pop=$3 deadline=$((SECONDS + pops_start_seconds))
  shift
  until "$@"; do
    report_ended || exit 1
    if [ $SECONDS -ge $deadline ]; then
      echo "Not within $pops_start_seconds seconds: $what." >&2
      tail -n 5 "$pops_folder/pop$pop"/*.log >&2
      exit 1
    fi
    sleep 0.1
  done
}

# is_joined POP COUNT: its nats-server has a connection to each of the others.
is_joined() {
  local log=$pops_folder/pop$1/nats.log
  [ "$(grep -c 'Outbound gateway connection to .* registered' "$log" || true)" -ge $(($2 - 1)) ]
}

# is_ready POP: its control and its edges say so.
is_ready() {
  local port
  for ((port = 8081; port <= 8081 + edges_per_pop; port++)); do
    answers "127.0.$1.1" "$port" || return 1
  done
}

# answers ADDRESS PORT: whether /readyz says ready.
answers() {
  local line
  # A subshell, so that the connection ends with it, and nobody reads that there is none yet.
  line=$(
    exec 2>/dev/null 3<>"/dev/tcp/$1/$2" || exit 1
    printf 'GET /readyz HTTP/1.0\r\nHost: %s\r\n\r\n' "$1" >&3
    head -n 1 <&3
  )
  [[ $line == *" 200 "* ]]
}

print_pop() {
  local pop=$1 address=127.0.$1.1 id index processes=()
  for id in "${!pops_names[@]}"; do
    if [[ ${pops_names[$id]} == pop$pop/* ]]; then
      processes+=("${pops_names[$id]#*/}=$id")
    fi
  done
  echo
  echo "PoP $pop"
  echo "  Console   http://$address:8080/"
  echo "  WHIP      http://$address:8080/v1/apps/dev/whip/my-stream"
  echo "  WHEP      http://$address:8080/v1/apps/dev/whep/my-stream"
  for ((index = 1; index <= edges_per_pop; index++)); do
    echo "  e$index        media $address:7000 (UDP), $address:$((7000 + index)) (TCP), LAN $address:$((7100 + index)), health http://$address:$((8081 + index))/readyz"
  done
  echo "  c1        LAN $address:7100, health http://$address:8081/readyz"
  echo "  nats      nats://$address:4222"
  echo "  processes $(printf '%s\n' "${processes[@]}" | sort | xargs)"
}

# Says which processes have ended since the last look; fails when there are any.
report_ended() {
  local id code ended=0
  for id in "${!pops_names[@]}"; do
    kill -0 "$id" 2>/dev/null && continue
    code=0
    wait "$id" || code=$?
    echo "${pops_names[$id]} ended with $code:"
    tail -n 5 "$pops_folder/${pops_names[$id]}.log" | sed 's/^/  /'
    unset "pops_names[$id]"
    ended=1
  done
  return $ended
}

watch_pops() {
  while [ ${#pops_names[@]} -gt 0 ]; do
    # A short sleep in the background: a trap runs at once, and not after a sleep in front. Bash has words
    # of its own for a process that was killed.
    {
      sleep 0.5 &
      wait $! || true
      report_ended || true
    } 2>/dev/null
  done
  echo "No process is left." >&2
  exit 1
}

# Those who ask first, those who are asked next, and what carries it last. SIGINT ends sessions at once.
stop_pops() {
  trap '' INT TERM HUP
  trap - EXIT
  local kind id deadline=$((SECONDS + pops_stop_seconds))
  for kind in c e nats; do
    for id in "${!pops_names[@]}"; do
      if [[ ${pops_names[$id]} == pop?/$kind* ]]; then
        kill -INT "$id" 2>/dev/null || true
      fi
    done
    for id in "${!pops_names[@]}"; do
      [[ ${pops_names[$id]} == pop?/$kind* ]] || continue
      while kill -0 "$id" 2>/dev/null && [ $SECONDS -lt $deadline ]; do
        sleep 0.05
      done
      if kill -KILL "$id" 2>/dev/null; then
        echo "${pops_names[$id]} did not stop; killed." >&2
      fi
    done
  done
  rm -rf "$pops_folder"
}
