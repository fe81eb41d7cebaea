#!/usr/bin/env bash
# Puts staged releases to work on the nodes of a PoP, one after the other: drain, switch, start, wait until it is ready. Stops at
# the first that is not. Nodes that run what they should are left alone, so it may be run again. Nodes that are not ready go first:
# nothing ends with them, and those that drain after them have where to send sessions.
set -euo pipefail
. "$(dirname "$0")/remote.sh"
. "$(dirname "$0")/nodes.sh"

# Before anything stops: all are there, and have what they are to run.
for line in "${nodes[@]}"; do
  take "$line"
  run_script look "$release" "$ALLOW_OLDER"
done

# The key of the PoP is made on one node and goes from there to those that lack it, through this process's memory alone.
pop_key=
for line in "${nodes[@]}"; do
  take "$line"
  found=$(run_script secrets read-key)
  if [ -n "$found" ] && [ -n "$pop_key" ] && [ "$found" != "$pop_key" ]; then
    echo "$NODE has another key of the PoP than $holder. Remove /etc/edge/pop.key on the one that is wrong, and apply again: it gets the other's." >&2
    exit 1
  fi
  if [ -n "$found" ]; then
    pop_key=$found
    holder=$NODE
  fi
done
if [ -z "$pop_key" ]; then
  take "${nodes[0]}"
  pop_key=$(run_script secrets make-key)
fi

mesh=
# shellcheck disable=SC2153 # Of main.tf.
if [ "$MESH" = true ]; then
  need_secret mesh
  mesh=$secret
fi
turn=
# shellcheck disable=SC2153 # Of main.tf.
if [ "$TURN" = true ]; then
  own_secret turn
  take "${nodes[0]}"
  turn=${secret:-$(run_script secrets make-turn)}
fi

# ill_beside NAME: the other nodes, when none of them is ready; nothing when one is.
ill_beside() {
  local line ill=()
  for line in "${nodes[@]}"; do
    take "$line"
    [ "$NODE" != "$1" ] || continue
    # One that is not reached any more takes no sessions either.
    [ "$(run_script activate stands)" != ready ] || return 0
    ill+=("$NODE")
  done
  echo "${ill[*]}"
}

ill_first=()
ready_last=()
for line in "${nodes[@]}"; do
  take "$line"
  stand=$(run_script activate stands)
  if [ "$stand" = ready ]; then
    ready_last+=("$line")
  else
    ill_first+=("$line")
  fi
done

done_names=()
for line in "${ill_first[@]}" "${ready_last[@]}"; do
  take "$line"
  INPUT=$pop_key run_script secrets write-key "$release"
  if [ -n "$mesh" ]; then
    INPUT=$mesh run_script secrets write-mesh
    read -ra words <<<"$addresses"
    run_script secrets join "$release" "${words[@]}"
  fi
  if [ -n "$turn" ]; then
    INPUT=$turn run_script secrets write-turn
  fi
  drains=$(run_script activate drains "$release")
  if [ "$drains" = yes ]; then
    beside=$(ill_beside "$NODE")
    if [ -n "$beside" ]; then
      echo "The rollout stops before $NODE, the only node of the PoP that is ready: $beside, beside it, cannot take its sessions. Look there (journalctl -u edge -u edge-control), mend that, and apply again; or leave the node out of nodes, when it is gone; or stop edge on $NODE yourself, when its sessions may end." >&2
      exit 1
    fi
  fi
  if ! run_script activate switch "$release" "$GATE_SECONDS"; then
    echo "The rollout stops at $NODE, which is not ready with ${VERSION%_*} (${#done_names[@]} of ${#nodes[@]} nodes are${done_names:+: ${done_names[*]}}). The others run on as they were. Mend the cause and apply again, or name the former package and apply: $NODE goes back to it." >&2
    exit 1
  fi
  done_names+=("$NODE")
done
