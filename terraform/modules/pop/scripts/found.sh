#!/usr/bin/env bash
# Makes what all PoPs of a network share, on the first node, unless some node has it: the authority of the mesh, and the apps.
# The PoPs take it from there.
set -euo pipefail
. "$(dirname "$0")/remote.sh"
. "$(dirname "$0")/nodes.sh"

take "${nodes[0]}"
run_script prepare
INPUT="openssl openssl -" run_script programs ensure
for name in mesh apps; do
  find_secret "$name"
  take "${nodes[0]}"
  [ -n "$secret" ] || secret=$(run_script secrets "make-$name")
  INPUT=$secret run_script secrets "write-$name"
done
