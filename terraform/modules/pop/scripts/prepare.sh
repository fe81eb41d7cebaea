#!/usr/bin/env bash
# Looks whether a machine can be a node, and makes its folders.
set -euo pipefail
. "$(dirname "$0")/remote.sh"
run_script prepare
