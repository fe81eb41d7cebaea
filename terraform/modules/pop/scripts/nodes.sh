# Sourced after remote.sh by scripts that go from node to node. NODES has a line for each, as main.tf sets it; OTHERS one for each
# node of other PoPs.

# shellcheck disable=SC2034,SC2153 # Of main.tf, for those that source this.
mapfile -t nodes <<<"$NODES"
others=()
if [ -n "${OTHERS:-}" ]; then
  mapfile -t others <<<"$OTHERS"
fi

# take LINE: makes a node of NODES the one that is spoken to, `release` what it is to run, and `addresses` those by which
# nats-servers reach it. Nodes of other PoPs, and those of a network that is founded, have no OWNER.
take() {
  # shellcheck disable=SC2034 # Those that source this read them.
  IFS='|' read -r NODE POP OWNER SSH_HOST SSH_PORT SSH_USER SSH_KEY SSH_KNOWN_HOSTS release addresses <<<"$1"
}

# own_secret NAME: sets `secret` to what the first node of the PoP has that has it.
own_secret() {
  local line
  for line in "${nodes[@]}"; do
    take "$line"
    secret=$(run_script secrets "read-$1")
    [ -z "$secret" ] || return 0
  done
}

# find_secret NAME: the same; nodes of other PoPs are asked last. One of these that is not reached is passed over: the next one
# has the same.
find_secret() {
  local line
  own_secret "$1"
  [ -z "$secret" ] || return 0
  for line in "${others[@]}"; do
    take "$line"
    secret=$(run_script secrets "read-$1") || secret=
    [ -z "$secret" ] || return 0
  done
}

# need_secret NAME: the same, or makes it where this PoP is the only one. With others, one is made by founding alone: else two
# PoPs would make two.
need_secret() {
  find_secret "$1"
  [ -z "$secret" ] || return 0
  if [ ${#others[@]} -gt 0 ]; then
    echo "No node of any PoP has the secret '$1' that all share: terraform apply -replace='module.NAME.terraform_data.founding' makes it anew, with NAME as your configuration calls the network." >&2
    return 1
  fi
  take "${nodes[0]}"
  secret=$(run_script secrets "make-$1")
}
