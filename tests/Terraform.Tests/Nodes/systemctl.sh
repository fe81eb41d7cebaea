#!/bin/bash
# Stands in for systemctl in the nodes of tests, where systemd is not process 1: starts what a unit file and its drop-ins say (ExecStart, User,
# Group, AmbientCapabilities, Environment, EnvironmentFile, StateDirectory), starts it again after a failure, and stops it by
# SIGTERM. No sandbox, no watchdog, no order. Of tests alone.
set -uo pipefail

units=/etc/systemd/system
state=/run/test-units
wants=$units/multi-user.target.wants

# values UNIT NAME: what the unit and its drop-ins give a name, a line each.
values() {
  cat "$units/$1" "$units/$1.d"/*.conf 2>/dev/null | sed -n "s/^$2=//p"
}

last_value() {
  values "$1" "$2" | tail -n 1
}

command_of() {
  local user group file line capabilities
  user=$(last_value "$1" User)
  group=$(last_value "$1" Group)
  capabilities=$(last_value "$1" AmbientCapabilities | sed 's/CAP_/+/g; s/ /,/g' | tr '[:upper:]' '[:lower:]')
  command=(setpriv "--reuid=${user:-root}" "--regid=${group:-root}" --init-groups)
  [ -z "$capabilities" ] || command+=("--inh-caps=$capabilities" "--ambient-caps=$capabilities")
  command+=(env -i "PATH=$PATH")
  while read -r line; do
    command+=("$line")
  done < <(values "$1" Environment)
  while read -r file; do
    if [ -e "${file#-}" ]; then
      while read -r line; do
        command+=("$line")
      done < <(grep -vE '^(#|$)' "${file#-}")
    elif [ "${file#-}" = "$file" ]; then
      echo "$file is missing" >&2
      return 1
    fi
  done < <(values "$1" EnvironmentFile)
  read -ra line <<<"$(last_value "$1" ExecStart)"
  command+=("${line[@]}")
}

# supervise UNIT: until it was asked to stop, or ended as it should.
supervise() {
  local code folder
  folder=$(last_value "$1" StateDirectory)
  if [ -n "$folder" ]; then
    install -d -o "$(last_value "$1" User)" -g "$(last_value "$1" Group)" -m 700 "/var/lib/$folder"
  fi
  while command_of "$1"; do
    echo active >"$state/$1/is"
    "${command[@]}" &
    echo $! >"$state/$1/pid"
    wait $!
    code=$?
    echo "$1 ended with $code" >&2
    if [ -e "$state/$1/stop" ]; then
      break
    fi
    case $code in
      0 | 3 | 143) break ;;
      2)
        echo failed >"$state/$1/is"
        return
        ;;
    esac
    echo activating >"$state/$1/is"
    sleep 0.2
  done
  echo inactive >"$state/$1/is"
}

start() {
  mkdir -p "$state/$1"
  is_active "$1" && return
  rm -f "$state/$1/stop"
  echo activating >"$state/$1/is"
  setsid "$0" supervise "$1" >>"$state/$1/log" 2>&1 </dev/null &
}

stop() {
  local pid tries
  [ -e "$state/$1/is" ] || return 0
  touch "$state/$1/stop"
  for ((tries = 0; tries < 900; tries++)); do
    case "$(cat "$state/$1/is")" in
      inactive | failed) return 0 ;;
    esac
    pid=$(cat "$state/$1/pid" 2>/dev/null) && [ $tries -eq 0 ] && kill -TERM "$pid" 2>/dev/null
    sleep 0.1
  done
  kill -KILL "$pid"
}

is_active() {
  [ "$(cat "$state/$1/is" 2>/dev/null)" = active ]
}

# What "show --property MainPID --value" says.
main_process() {
  if is_active "$1"; then
    cat "$state/$1/pid"
  else
    echo 0
  fi
}

action=$1
shift
names=()
for word in "$@"; do
  case "$word" in
    --* | MainPID) ;;
    *) names+=("$word") ;;
  esac
done
case "$action" in
  daemon-reload | reset-failed) exit 0 ;;
  supervise) supervise "${names[0]}" ;;
esac
for name in "${names[@]}"; do
  case "$action" in
    start) start "$name" ;;
    stop) stop "$name" ;;
    is-active) is_active "$name" || exit 3 ;;
    show) main_process "$name" ;;
    mask) ln -sf /dev/null "$units/$name" ;;
    unmask) rm -f "$units/$name" ;;
    is-failed) [ "$(cat "$state/$name/is" 2>/dev/null)" = failed ] || exit 1 ;;
    is-enabled) [ -L "$wants/$name" ] || exit 1 ;;
    enable) mkdir -p "$wants" && ln -sf "../$name" "$wants/$name" ;;
    disable) rm -f "$wants/$name" ;;
    supervise) ;;
    *)
      echo "The stand-in for systemctl has no $action." >&2
      exit 1
      ;;
  esac
done
