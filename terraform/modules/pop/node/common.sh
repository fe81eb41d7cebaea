# In front of every script that runs on a node, with `node` (its name) and `input` set. Idempotent, all of them.
set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
base=/opt/edge
# shellcheck disable=SC2034 # Not every script has to do with them.
services=(edge.service edge-control.service)

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

# mode_of FILE: systemd alone reads what may hold secrets.
mode_of() {
  case "$1" in
    *.env) echo 600 ;;
    *) echo 644 ;;
  esac
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
