#!/usr/bin/env bash
# Gives every node of a PoP the apps and their secrets: those of APPS, else those that a node has, else an app that the first one
# makes. They go from node to node through this process's memory alone.
set -euo pipefail
. "$(dirname "$0")/remote.sh"
. "$(dirname "$0")/nodes.sh"

if [ -n "$APPS" ]; then
  secret=$(printf 'EDGE_APPS=%s\n' "$APPS" | base64 -w 0)
else
  need_secret apps
fi
for line in "${nodes[@]}"; do
  take "$line"
  INPUT=$secret run_script secrets write-apps
done
