#!/usr/bin/env bash
# Writes anew in which order the native executables have their methods: edge/Edge.Hosting/methods.order. Those that a
# process calls to start come first, then those that it calls to serve; the others, nine tenths, lie behind them and are
# not read from the file. A name that no longer is one is passed over, and a new method lies behind, so the file need
# not follow every change: memory of an idle process (./bench.sh start) says when it is time.
#
#   scripts/order.sh      publishes control, starts it standalone, has viewers come and go, and has it tell what it
#                         calls; three minutes. x86-64 only; the order is good for every processor
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
. scripts/bench-common.sh

case "${1:-}" in
  "") ;;
  -h | --help)
    print_head scripts/order.sh
    exit 0
    ;;
  *)
    echo "Unknown argument $1." >&2
    exit 2
    ;;
esac

order=edge/Edge.Hosting/methods.order
folder=out/$(machine_rid)
server=
scratch=$(mktemp -d)

close() {
  trap - EXIT INT TERM
  [ -z "$server" ] || end_process "$server"
  rm -rf "$scratch"
}

# list_methods: offset and name of each managed method, from the executable's symbols.
list_methods() {
  local start size
  read -r start size < <(readelf -SW "$folder/control" | awk '$2 == "__managedcode" || $3 == "__managedcode" {
    for (i = 1; i <= NF; i++) if ($i == "__managedcode") print $(i + 2), $(i + 4) }')
  nm --defined-only "$folder/symbols/control.dbg" |
    awk -v first="$start" -v size="$size" '
      function hex(text,   value, i) {
        for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
        return value
      }
      BEGIN { low = hex(first); high = low + hex(size) }
      tolower($2) == "t" { at = hex($1); if (at >= low && at < high) print $1, $3 }' |
    LC_ALL=C sort -u
}

# use URL ADMIN: what a server is for, a little of each.
use() {
  local app=$1/v1/apps/order
  # First all that comes by itself when nobody is there.
  sleep 5
  curl -sf -o "$scratch/answer" "$1/healthz" "$2/readyz" "$2/metrics" "$2/metrics"
  dotnet "$load" --viewers 6 --seconds 2 --warmup 1 --joins 4 --publishers 3 --pid "$server" --token order-secret \
    --whip "$app/whip/show" --whep "$app/whep/show"
  dotnet "$load" rooms --people 6 --pulls 4 --speakers 2 --seconds 2 --warmup 1 --edge "$server" --control "$server" \
    --media-port 27700 --token order-secret --api "$app"
}

trap close EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
require_dotnet
require_openssl
[ "$(machine_rid)" = linux-x64 ] || { echo "The traps are those of x86-64." >&2; exit 1; }
build_bench control
gcc -O1 -shared -fPIC -o "$scratch/order.so" scripts/order.c
list_methods >"$scratch/methods"
EDGE_STANDALONE=1 EDGE_PLAIN_HTTP=1 EDGE_HTTP=127.0.0.1:27701 EDGE_ADMIN=127.0.0.1:27702 EDGE_MEDIA=127.0.0.1:27700 \
  EDGE_APPS=order:order-secret EDGE_LOG=Warning ORDER_METHODS=$scratch/methods ORDER_CALLED=$scratch/called \
  env LD_PRELOAD="$scratch/order.so" "$folder/control" >"$scratch/log" 2>&1 &
server=$!
for _ in $(seq 100); do
  curl -sf -o "$scratch/answer" http://127.0.0.1:27701/healthz && break
  sleep 0.1
done
use http://127.0.0.1:27701 http://127.0.0.1:27702 >"$scratch/used" || { cat "$scratch/used" "$scratch/log" >&2; exit 1; }
end_process "$server"
server=
cp "$scratch/called" "$order"
echo "$(wc -l <"$order") of $(wc -l <"$scratch/methods") methods are called: $order"
