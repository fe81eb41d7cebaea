# Sourced by the scripts beside it: how this machine reaches a node. The node is in NODE, POP, OWNER and SSH_*, as main.tf sets them.

# Chosen: longer than a node takes to drain and start by the defaults (45 s each to stop, and 60).
wait_seconds=${WAIT_SECONDS:-180}
caller=$(id -un)@$(uname -n)
node_scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../node" && pwd)

# One connection to each node for all that a script does there; it ends with the script.
connections=$(mktemp -d /tmp/edge-ssh.XXXXXX)
hang_up() {
  local connection
  for connection in "$connections"/*; do
    [ ! -S "$connection" ] || ssh -o "ControlPath=$connection" -O exit node 2>/dev/null || true # It may have ended by itself.
  done
  rm -rf "$connections"
}
trap hang_up EXIT

# on_node COMMAND...: runs it there, as the user of SSH, with this one's standard input.
on_node() {
  local options=(-p "$SSH_PORT" -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=5 -o ServerAliveCountMax=6
    -o LogLevel=ERROR -o ControlMaster=auto -o "ControlPath=$connections/%C" -o ControlPersist=60)
  [ -z "$SSH_KEY" ] || options+=(-i "$SSH_KEY" -o IdentitiesOnly=yes)
  if [ -n "$SSH_KNOWN_HOSTS" ]; then
    options+=(-o "UserKnownHostsFile=$SSH_KNOWN_HOSTS" -o StrictHostKeyChecking=yes)
  else
    options+=(-o StrictHostKeyChecking=accept-new)
  fi
  local code=0
  # shellcheck disable=SC2029 # The words are quoted for the node.
  ssh "${options[@]}" "$SSH_USER@$SSH_HOST" "$@" || code=$?
  if [ $code -eq 255 ]; then
    echo "$NODE is not reached by SSH as $SSH_USER@$SSH_HOST, port $SSH_PORT. Try that with ssh; look at ssh_host, ssh_user and ssh_key_file of the node. What runs goes on as it was." >&2
  fi
  return $code
}

# as_root COMMAND...: the same as root.
as_root() {
  if [ "$SSH_USER" = root ]; then
    on_node "$@"
  else
    # Of one that asks for a password, the words of sudo alone would not say what to do.
    on_node "sudo -n true </dev/null || { echo '$NODE: sudo of $SSH_USER asks for a password, or forbids this. Give it a line of sudoers, $SSH_USER ALL=(ALL) NOPASSWD: ALL, or let ssh_user be root.' >&2; exit 1; }; sudo -n" "$@"
  fi
}

# run_script NAME ARGUMENT...: a script of node/ as root there. What it needs beside arguments is in the environment variable
# INPUT, which it finds as a variable of its own: it stands in no list of processes.
run_script() {
  local name=$1 words=() word
  shift
  for word in "$@"; do
    words+=("$(printf '%q' "$word")")
  done
  {
    # One function, which bash has read whole before it runs: nothing in it can read the script as its input.
    printf 'main() {\nnode=%q\npop=%q\nowner=%q\ncaller=%q\nwait_seconds=%q\ninput=%q\n' \
      "$NODE" "${POP:-}" "${OWNER:-}" "$caller" "$wait_seconds" "${INPUT:-}"
    cat "$node_scripts/common.sh" "$node_scripts/$name.sh"
    printf '\n}\nmain "$@" </dev/null\n'
  } | as_root bash -s -- "${words[@]}"
}
