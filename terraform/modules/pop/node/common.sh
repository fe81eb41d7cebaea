# In front of every script that runs on a node, with `node` (its name) and `input` set. Idempotent, all of them.
set -euo pipefail
export LC_ALL=C
# Services are users of their own, whatever root's shell begins with here.
umask 022
PATH=$PATH:/usr/sbin:/sbin
base=/opt/edge
# Those that a release may have, in the order in which they start. The last three run the package.
# shellcheck disable=SC2034 # Not every script has to do with them.
services=(edge-nftables.service edge-consul.service edge-nats.service edge-turn.service edge-address.service edge-bird.service edge-control.service edge.service edge-anycastd.service)
# shellcheck disable=SC2034
of_package=(edge-control.service edge.service edge-anycastd.service)

fail() {
  echo "$node: $1" >&2
  exit 1
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
