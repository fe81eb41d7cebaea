# In front of every script that runs on a node, with `node` (its name), `pop` and `owner` (whose it is), `caller` (who does it),
# `wait_seconds` and `input` set. Idempotent, all of them.
set -euo pipefail
export LC_ALL=C
# Services are users of their own, whatever root's shell begins with here.
umask 022
PATH=$PATH:/usr/sbin:/sbin
base=/opt/edge
owner_file=$base/OWNER
lock=/run/edge.lock
# Those that a release may have, in the order in which they start. The last three run the package.
# shellcheck disable=SC2034 # Not every script has to do with them.
services=(edge-nftables.service edge-consul.service edge-nats.service edge-turn.service edge-address.service edge-bird.service edge-control.service edge.service edge-anycastd.service)
# shellcheck disable=SC2034
of_package=(edge-control.service edge.service edge-anycastd.service)

fail() {
  echo "$node: $1" >&2
  exit 1
}

# hold: nobody else changes this machine until this script ends. It waits for whoever does: an apply that lost its connection is at
# work here until what it began is done.
hold() {
  while :; do
    exec 9>>$lock
    flock --wait "$wait_seconds" 9 ||
      fail "somebody else changes this machine: $(cat $lock). It was waited for $wait_seconds seconds; apply again when that has ended."
    # Who takes a node down takes the file with it.
    [ ! $lock -ef /proc/self/fd/9 ] || break
  done
  echo "$caller, for node $node of PoP $pop, since $(date -u '+%F %T') UTC, process $$" >$lock
}

# owner_says NAME: what the machine says of whose it is.
owner_says() {
  sed -n "s/^$1=//p" $owner_file
}

# Whose this machine is, in words; nothing when it is nobody's or the caller's. By names alone where there is no owner's id: who
# has none reads, and founds a network.
stranger() {
  local by
  [ -e $owner_file ] || return 0
  if [ -n "$owner" ]; then
    [ "$(owner_says owner) $(owner_says node)" != "$owner $node" ] || return 0
  elif [ -z "$pop" ] || [ "$(owner_says pop) $(owner_says node)" = "$pop $node" ]; then
    return 0
  fi
  by="another state (id $(owner_says owner))"
  [ "$(owner_says owner)" != "$owner" ] || by="this very state"
  echo "node $(owner_says node) of PoP $(owner_says pop), kept by $by"
}

# be_ours: goes no further on a machine that is another node's.
be_ours() {
  local whose
  whose=$(stranger)
  [ -z "$whose" ] ||
    fail "this machine is $whose ($owner_file): nothing was changed on it. Look at ssh_host; each node is a machine of its own, kept by one state. To hand it over on purpose, see \"Whose a machine is\" in terraform/README.md."
}

# claim: a machine that nobody has is this node's from now on.
claim() {
  be_ours
  mkdir -p $base
  printf '%s\n' "# Whose this machine is: terraform/README.md, \"Whose a machine is\"." "pop=$pop" "node=$node" "owner=$owner" >$owner_file.new
  mv $owner_file.new $owner_file
}

# The release that runs; nothing when there is none.
current_release() {
  [ ! -L $base/current ] || basename "$(readlink $base/current)"
}

# The files of a release, as paths from the root of the machine without the first slash.
files_of() {
  [ ! -d "$base/releases/$1/root" ] || (cd "$base/releases/$1/root" && find . -type f -printf '%P\n' | sort)
}

# The services of a release, in the order in which they start.
services_of() {
  local unit
  for unit in "${services[@]}"; do
    [ ! -e "$base/releases/$1/root/etc/systemd/system/$unit" ] || echo "$unit"
  done
}

# mode_of FILE: systemd alone reads what may hold secrets.
mode_of() {
  case "$1" in
    *.env) echo 600 ;;
    *) echo 644 ;;
  esac
}

# is_among WORD WORD...: whether the first is one of the others.
is_among() {
  local word
  for word in "${@:2}"; do
    [ "$word" != "$1" ] || return 0
  done
  return 1
}

# stop_unit UNIT: if there is one. SIGTERM drains.
stop_unit() {
  if [ -e "/etc/systemd/system/$1" ]; then
    systemctl stop "$1"
  fi
}

# ask PORT PATH: the answer of a process's admin address; fails when it is not 200.
ask() {
  (
    exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
    read -r -t 5 line <&3
    [[ $line == *" 200 "* ]] && timeout 5 cat <&3
  )
}
