# From one release to another.

# services_with FILE: what has to start anew when it differs; "none" where nothing has.
services_with() {
  local unit
  case "$1" in
    etc/systemd/system/*)
      unit=${1#etc/systemd/system/}
      unit=${unit%%/*}
      echo "${unit%.d}"
      ;;
    etc/edge/edge.env) echo edge.service ;;
    etc/edge/control.env | etc/edge/secrets.env) echo edge-control.service ;;
    etc/edge/settings.json | etc/edge/pop.key) echo "${of_package[*]}" ;;
    etc/edge/nats/*) echo edge-nats.service ;;
    etc/edge/nftables/*) echo edge-nftables.service ;;
    etc/edge/address/*) echo edge-address.service ;;
    etc/edge/bird/*) echo edge-bird.service ;;
    etc/edge/anycastd.env) echo edge-anycastd.service ;;
    etc/edge/consul/*) echo edge-consul.service ;;
    etc/edge/turn/*) echo edge-turn.service ;;
    etc/edge/turn.secret) echo edge-turn.service edge-control.service ;;
    etc/edge/nats.seed) echo edge-control.service edge.service ;;
    *) echo none ;;
  esac
}

# say_of FILE WHAT: a line of differences.
say_of() {
  echo "$(services_with "$1")|/$1 $2"
}

# What of a release is not as it should be on this machine, a line each: services that have to start anew, "|", words.
differences() {
  local release=$1 former file unit
  for file in $(files_of "$release"); do
    if ! cmp -s "$base/releases/$release/root/$file" "/$file"; then
      say_of "$file" "is not as it was put there"
    elif [ "$(stat -c %a "/$file")" != "$(mode_of "$file")" ]; then
      say_of "$file" "has other permissions"
    fi
  done
  former=$(current_release)
  if [ -z "$former" ] || [ "$(readlink "$base/releases/$former/version")" != "$(readlink "$base/releases/$release/version")" ]; then
    echo "${of_package[*]}|the package in use is another one"
  elif [ "$former" != "$release" ]; then
    echo "none|the release in use is another one"
  fi
  for unit in $(services_of "$release"); do
    systemctl is-active --quiet "$unit" || echo "$unit|$unit is not running"
    systemctl is-enabled --quiet "$unit" 2>/dev/null || echo "$unit|$unit does not start with the machine"
  done
  if [ -e "$base/releases/$release/root/etc/edge/nftables/edge.nft" ] && systemctl is-active --quiet edge-nftables.service && ! nft list table inet edge >/dev/null 2>&1; then
    echo "edge-nftables.service|the table inet edge of nftables is not there"
  fi
  secret_differences "$release"
}

# The same of what is not in the release: secrets, which nobody but nodes has.
secret_differences() {
  local file unit
  for file in etc/edge/secrets.env etc/edge/pop.key $(secrets_of "$1"); do
    if [ ! -s "/$file" ]; then
      say_of "$file" "is missing"
      continue
    fi
    for unit in $(services_with "$file"); do
      if [ -e "$base/releases/$1/root/etc/systemd/system/$unit" ] && [ "/$file" -nt "$base/started.$unit" ]; then
        say_of "$file" "is newer than what runs"
        break
      fi
    done
  done
}

# Secrets that services of a release have beside those that each has.
secrets_of() {
  local unit
  for unit in $(services_of "$1"); do
    case "$unit" in
      edge-nats.service) echo etc/edge/nats/ca.pem etc/edge/nats/node.pem etc/edge/nats/node.key etc/edge/nats/users.conf etc/edge/nats.seed ;;
      edge-turn.service) echo etc/edge/turn.secret ;;
    esac
  done
}

# serves RELEASE: edge and control take sessions. With an anycast address, routers know of it: the next node may only then take
# its own away.
serves() {
  local port announced
  for port in 8081 8082; do
    ask $port /readyz >/dev/null || return 1
  done
  if [ -e "$base/releases/$1/root/etc/systemd/system/edge-anycastd.service" ]; then
    announced=$(ask 8083 /metrics) && grep -qE '^anycast_announced(\{[^}]*\})? 1' <<<"$announced" || return 1
  fi
}

# is_ready RELEASE COMMIT: it serves, edge and control are of this commit, and the others run.
is_ready() {
  local port health unit
  for unit in $(services_of "$1"); do
    systemctl is-active --quiet "$unit" || return 1
  done
  serves "$1" || return 1
  for port in 8081 8082; do
    health=$(ask $port /healthz) && grep -qx "commit $2" <<<"$health" || return 1
  done
}

# stands: says whether the node serves with what it runs now, "ready" or "ill".
stands() {
  if serves "$(current_release)"; then
    echo ready
  else
    echo ill
  fi
}

# drains RELEASE: says "yes" when the switch to it will stop an edge or a control that serve.
drains() {
  local found
  found=$(differences "$1" | cut -d '|' -f 1)
  if [ "$(stands)" = ready ] && grep -qwE 'edge(-control)?\.service' <<<"$found"; then
    echo yes
  fi
}

has_failed() {
  local unit
  for unit in $(services_of "$1"); do
    if systemctl is-failed --quiet "$unit"; then
      return 0
    fi
  done
  return 1
}

# Puts the files of a release in place, and takes away what only the former one had.
place() {
  local release=$1 former=$2 file
  for file in $(files_of "$release"); do
    install -D -m "$(mode_of "$file")" "$base/releases/$release/root/$file" "/$file"
  done
  if [ -n "$former" ] && [ "$former" != "$release" ]; then
    comm -23 <(files_of "$former") <(files_of "$release") | while read -r file; do
      rm -f "/$file"
    done
  fi
  ln -sfn "releases/$release" $base/current.new
  mv -T $base/current.new $base/current
  systemd-sysusers /etc/sysusers.d/edge*.conf
  systemd-tmpfiles --create /etc/tmpfiles.d/edge.conf
  # A machine that is a container has not all of them, nor every kernel each value: what runs is slower then, and runs.
  for file in /etc/sysctl.d/6?-edge*.conf; do
    sysctl -e -q -p "$file" || echo "$node: this kernel takes not all of $file." >&2
  done
}

# halt RELEASE UNIT...: stops them for what comes, and those for good that it has not. Whoever starts last stops first: an
# address is withdrawn before its edge drains, and while that drains, control goes on to answer for its sessions.
halt() {
  local release=$1 index unit
  for ((index = ${#services[@]} - 1; index >= 0; index--)); do
    unit=${services[index]}
    [ -e "/etc/systemd/system/$unit" ] || continue
    if [ ! -e "$base/releases/$release/root/etc/systemd/system/$unit" ]; then
      stop_unit "$unit"
      systemctl disable --quiet "$unit"
    elif is_among "$unit" "${@:2}"; then
      stop_unit "$unit"
    fi
  done
}

# start RELEASE UNIT...: those that it has, in their order.
start() {
  local unit units=()
  for unit in $(services_of "$1"); do
    if is_among "$unit" "${@:2}"; then
      units+=("$unit")
      touch "$base/started.$unit"
    fi
  done
  systemctl daemon-reload
  if [ ${#units[@]} -gt 0 ]; then
    systemctl reset-failed "${units[@]}" 2>/dev/null || true # Only those that failed can be reset.
    systemctl enable --quiet "${units[@]}"
    systemctl start --no-block "${units[@]}"
  fi
}

# switch RELEASE GATE_SECONDS: drains, puts the release in place, starts, and waits until it is ready. What the differences do
# not concern runs on.
switch() {
  local release=$1 gate=$2 found former units commit started deadline unit words=()
  # Another apply may have tidied it away since it was looked at.
  [ -d "$base/releases/$release" ] || fail "release $release is not there any more: another apply was here meanwhile. Run apply again."
  found=$(differences "$release")
  if [ -z "$found" ]; then
    echo "$node: as it is, release $release."
    return 0
  fi
  former=$(current_release)
  if [ -z "$former" ]; then
    echo "$node: to release $release, the first one here."
  else
    echo "$node: to release $release, because:"
    # shellcheck disable=SC2001 # Of every line.
    sed 's/^[^|]*|/  /' <<<"$found"
  fi
  read -ra units <<<"$(cut -d '|' -f 1 <<<"$found" | tr '\n' ' ')"
  # An anycastd that stays would take the edge's end for its death.
  is_among edge.service "${units[@]}" && units+=(edge-anycastd.service)
  halt "$release" "${units[@]}"
  place "$release" "$former"
  start "$release" "${units[@]}"
  commit=$(sed -n 's/^commit: //p' "$base/releases/$release/version/BUILD.txt")
  started=$SECONDS
  deadline=$((started + gate))
  until is_ready "$release" "$commit"; do
    # One that failed stays so: its settings are wrong, and systemd does not try again.
    if [ $SECONDS -ge $deadline ] || has_failed "$release"; then
      echo "$node: not ready after $((SECONDS - started)) seconds. The last words of its processes:" >&2
      for unit in $(services_of "$release"); do
        words+=(-u "$unit")
      done
      journalctl --no-pager -o cat -n 20 "${words[@]}" >&2 || true # Its absence is no other failure.
      return 1
    fi
    sleep 0.5
  done
  touch "$base/releases/$release/ACTIVE"
  tidy "$release"
  echo "$node: ready with release $release."
}

# The release that runs and the two before it stay, for the way back.
tidy() {
  local each kept used
  kept=$(find $base/releases -maxdepth 2 -name ACTIVE -printf '%T@ %h\n' | sort -rn | sed -n '1,3s/^[^ ]* //p')
  for each in "$base"/releases/*/; do
    each=$(basename "$each")
    if [ "$each" != "$1" ] && ! grep -qxF "$base/releases/$each" <<<"$kept"; then
      rm -rf "${base:?}/releases/$each"
    fi
  done
  used=$(find $base/releases -maxdepth 2 -name version -printf '%l\n')
  for each in "$base"/versions/*/; do
    each=$(basename "$each")
    if ! grep -qxF "../../versions/$each" <<<"$used"; then
      rm -rf "${base:?}/versions/$each"
    fi
  done
  for each in "$base"/programs/*; do
    if [ -e "$each" ] && ! grep -qrF "$each" "$base"/releases/*/root; then
      rm -f "$each"
    fi
  done
}

# inspect RELEASE: what differs from it, a line each; nothing when all is well.
inspect() {
  if [ ! -d $base/releases ]; then
    echo "nothing is installed"
  elif [ ! -d "$base/releases/$1" ]; then
    echo "release $1 is not there"
  elif ! (cd "$base/releases/$1" && sha256sum -c --status SHA256SUMS) || ! (cd "$base/releases/$1/version" && sha256sum -c --status SHA256SUMS); then
    echo "files under $base are not as they were put there"
  else
    differences "$1" | sed 's/^[^|]*|//'
  fi
}

be_ours
[ "$1" != switch ] || hold
"$@"
