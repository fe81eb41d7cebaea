#!/usr/bin/env bash
# Starts the anycast lab in network namespaces: a clients' site, a core router, and two PoPs, each a router that
# spreads flows over three nodes with one address. BIRD with BFD, anycastd, edges, controls and nats-servers are
# real; the tests run the same lab (tests/Anycast.Lab).
#
#   ./lab.sh              prints where everything is and how to get in, does what is typed (flip, spread, drain,
#                         kill, ...), and takes all down at Ctrl-C
#   ./lab.sh --no-build   with what was built last
#
# It needs root, for the namespaces, and installs what is missing. Traffic stays in the namespaces.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/common.sh

is_built=0
for argument in "$@"; do
  case "$argument" in
    --no-build) is_built=1 ;;
    -h | --help)
      print_head
      exit 0
      ;;
    *)
      echo "Unknown argument $argument; there is only --no-build." >&2
      exit 2
      ;;
  esac
done

if [ "$(id -u)" -ne 0 ]; then
  echo "The lab makes network namespaces, which needs root: sudo ./lab.sh" >&2
  exit 1
fi
require_dotnet
require_openssl
require_packages "the lab" iproute2 nftables bird2 nats-server
if [ $is_built -eq 0 ]; then
  grep -qs "^sources: $(source_hash)$" "out/$(machine_rid)/BUILD.txt" || ./publish.sh >&2
  dotnet build tests/Anycast.Lab -c Release -v quiet >&2
fi
exec dotnet tests/Anycast.Lab/bin/Release/net10.0/Anycast.Lab.dll
