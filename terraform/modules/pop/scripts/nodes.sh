# Sourced after remote.sh by scripts that go from node to node. NODES has a line for each, as main.tf sets it.

# shellcheck disable=SC2034,SC2153 # Of main.tf, for those that source this.
mapfile -t nodes <<<"$NODES"

# take LINE: makes a node of NODES the one that is spoken to, and `release` what it is to run.
take() {
  # shellcheck disable=SC2034 # Those that source this read them.
  IFS='|' read -r NODE SSH_HOST SSH_PORT SSH_USER SSH_KEY SSH_KNOWN_HOSTS release <<<"$1"
}
