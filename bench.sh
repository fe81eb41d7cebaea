#!/usr/bin/env bash
# What a packet costs, and what viewers get for it. Needs root, for network namespaces of its own, which are gone
# at its end, also after Ctrl-C. Prints a table and writes it, with every run, as JSON.
#
#   ./bench.sh            our server and Debian's Janus forward to 10 and 50 viewers what Chromium sends, and equal
#                         packets of 1200 bytes; others join and leave meanwhile; then only joins and leaves, and more
#                         publishers. CPU of a packet and of a join, latencies, loss, memory: medians of three interleaved
#                         runs of 5 s, 14 minutes; "whole" is with a network card that cuts runs of packets itself;
#                         into out/bench.json; then the table of ./bench.sh networks
#   ./bench.sh mesh       one hop between nodes: viewers at the publishers' edge, at another edge of the PoP
#                         (LAN), at another PoP (NATS), and there with 150 ms and 1 % loss between the PoPs, by
#                         TCP with cubic and with BBR; 1 stream and 32 (10,000 packets a second); three runs, 7
#                         minutes; into out/bench-mesh.json
#   ./bench.sh rooms      a room of 100 real sessions at an edge and a control: each publishes a camera and a
#                         microphone and pulls those of 25 others over the same connection; once with all on good
#                         networks, once with 10 on bad ones (5 % loss, 500 kbit/s), side by side: what that costs
#                         the others; three runs of each, 4 minutes; into out/bench-rooms.json
#                         --bad N: so many on bad networks; --bad 0: only good ones
#   ./bench.sh networks   what a viewer gets on named networks, in virtual time from fixed seeds: the same table on
#                         every machine; needs no root; into out/bench-networks.txt
#   ./bench.sh growth     ours alone with 10 to 900 viewers of one camera, the last some 300,000 packets a second out of
#                         one shard, and with 10 to 500 microphones with a listener each: whether a packet's cost
#                         grows; three runs of 5 s, 7 minutes; into out/bench-growth.json
#   ./bench.sh start      the published binary alone: ms from exec to the first 200 of /healthz, median and range of 30
#                         starts (BENCH_STARTS), and the memory of one that nobody uses; 10 s, needs no root; into
#                         out/bench-start.json
#   ./bench.sh micro      each step of the packet path by itself, on BenchmarkDotNet: ns and bytes allocated;
#                         two minutes, needs no root; into out/bench-micro.json; what there is: tests/Edge.Benchmarks/Program.cs
#                         ./bench.sh micro WORD: those with WORD in their names
#   --quick               less of any but micro: one run, shorter, of the mesh without cubic
#
# BENCH_RUNS=5, BENCH_SECONDS=20 change both; BENCH_VIEWERS="10 50 200", BENCH_PEERS=none (ours alone),
# BENCH_MEDIA=captured, BENCH_JOINS=20 (a second, beside those who stay; 0 for none) the first;
# BENCH_STREAMS="1 32", BENCH_RTT=150 (ms), BENCH_LOSS=1 (percent), BENCH_LINKS="plain cubic bbr bbr:16" the second:
# TCP's congestion control on the slow link, and the MiB that it may have on its way (the kernel's choice is 4);
# BENCH_SHAPES="captured:1:50 sound:100:100" (media:streams:viewers) those of growth;
# BENCH_PEOPLE=100, BENCH_PULLS=25, BENCH_JOINS=20 (a second) that of rooms;
# BENCH_CORES=0-1, the cores of the servers of mesh and rooms.
# The clients have one core, the servers the others: on a busy machine believe the ratios only, and those
# only when the ranges are narrow.
# "stolen %" is what the host gave to other machines: on a virtual machine no figure is better than it.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/common.sh
. scripts/bench-common.sh

bench=servers
is_quick=0
bad_people=10
words=()
while [ $# -gt 0 ]; do
  case "$1" in
    mesh | rooms | growth | networks | start) bench=$1 ;;
    micro)
      bench=micro
      shift
      words=("$@")
      break
      ;;
    --quick) is_quick=1 ;;
    --bad)
      bad_people=${2:-}
      [[ $bad_people =~ ^[0-9]+$ ]] || { echo "--bad needs a number." >&2; exit 2; }
      shift
      ;;
    -h | --help)
      print_head
      exit 0
      ;;
    *)
      echo "Unknown argument $1; there are mesh, rooms, growth, networks, start, micro, --bad and --quick." >&2
      exit 2
      ;;
  esac
  shift
done

. scripts/bench-networks.sh
if [ $bench = networks ]; then
  require_dotnet
  require_openssl
  bench_networks
  exit
fi
if [ $bench = start ]; then
  require_dotnet
  require_openssl
  . scripts/bench-start.sh
  bench_start
  exit
fi
if [ $bench = micro ]; then
  require_dotnet
  require_openssl
  . scripts/bench-micro.sh
  bench_micro ${words[@]+"${words[@]}"}
  exit
fi

close() {
  trap - EXIT INT TERM
  close_bench
  rm -rf "$scratch"
}

require_root
require_dotnet
require_openssl
scratch=$(mktemp -d)
mkdir "$scratch/reports"
. "scripts/bench-$bench.sh"
trap close EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"bench_$bench"
[ $bench != servers ] || bench_networks
[ "$failed" -eq 0 ] || { echo "$failed runs failed" >&2; exit 1; }
