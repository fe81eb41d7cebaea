#!/bin/bash
# Stands in for systemctl in the nodes of tests, where systemd is not process 1: starts what a unit file and its drop-ins say (ExecStart, User,
# Group, SupplementaryGroups, AmbientCapabilities, Environment, EnvironmentFile, LoadCredential, StateDirectory, RuntimeDirectory;
# Type=oneshot with ExecStop), starts it again after a failure, and stops it by SIGTERM. No sandbox, no watchdog, no order. Of
# tests alone.
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

# folder_of UNIT NAME BELOW: makes a folder that the unit has of systemd, and says where.
folder_of() {
  local folder
  folder=$(last_value "$1" "$2")
  [ -n "$folder" ] || return 0
  install -d -o "$(last_value "$1" User)" -g "$(last_value "$1" Group)" -m "$(last_value "$1" "$2Mode")" "$3/$folder"
  echo "$3/$folder"
}

# credentials_of UNIT: copies that its user alone reads.
credentials_of() {
  local line folder=/run/credentials/$1
  values "$1" LoadCredential | grep -q . || return 0
  rm -rf "$folder"
  install -d -o "$(last_value "$1" User)" -m 700 "$folder"
  while read -r line; do
    install -o "$(last_value "$1" User)" -m 400 "${line#*:}" "$folder/${line%%:*}" || return 1
  done < <(values "$1" LoadCredential)
  echo "$folder"
}

command_of() {
  local user group file line capabilities more credentials
  credentials=$(credentials_of "$1") || return 1
  user=$(last_value "$1" User)
  group=$(last_value "$1" Group)
  capabilities=$(last_value "$1" AmbientCapabilities | sed 's/CAP_/+/g; s/ /,/g' | tr '[:upper:]' '[:lower:]')
  more=$(last_value "$1" SupplementaryGroups)
  command=(setpriv "--reuid=${user:-root}" "--regid=${group:-root}")
  if [ -n "$more" ]; then
    command+=("--groups=$group,$more")
  else
    command+=(--init-groups)
  fi
  [ -z "$capabilities" ] || command+=("--inh-caps=$capabilities" "--ambient-caps=$capabilities")
  command+=(env -i "PATH=$PATH" "RUNTIME_DIRECTORY=$(folder_of "$1" RuntimeDirectory /run)" "CREDENTIALS_DIRECTORY=$credentials")
  folder_of "$1" StateDirectory /var/lib >/dev/null
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
  rm -rf "/run/credentials/$1"
  folder=$(last_value "$1" RuntimeDirectory)
  [ -z "$folder" ] || rm -rf "/run/$folder"
  echo inactive >"$state/$1/is"
}

is_oneshot() {
  [ "$(last_value "$1" Type)" = oneshot ]
}

# run_lines UNIT NAME: each line of a name, as root.
run_lines() {
  local line
  while read -ra line; do
    "${line[@]}" >>"$state/$1/log" 2>&1 || return 1
  done < <(values "$1" "$2")
}

start() {
  mkdir -p "$state/$1"
  is_active "$1" && return
  if is_oneshot "$1"; then
    run_lines "$1" ExecStart && echo active >"$state/$1/is" || echo failed >"$state/$1/is"
    return
  fi
  rm -f "$state/$1/stop"
  echo activating >"$state/$1/is"
  setsid "$0" supervise "$1" >>"$state/$1/log" 2>&1 </dev/null &
}

stop() {
  local pid tries
  [ -e "$state/$1/is" ] || return 0
  if is_oneshot "$1"; then
    ! is_active "$1" || run_lines "$1" ExecStop
    echo inactive >"$state/$1/is"
    return
  fi
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
  if is_active "$1" && ! is_oneshot "$1"; then
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
