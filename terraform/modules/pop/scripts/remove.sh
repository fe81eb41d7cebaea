#!/usr/bin/env bash
# Takes a node off its machine: drains it, and leaves nothing.
set -euo pipefail
. "$(dirname "$0")/remote.sh"
run_script remove
