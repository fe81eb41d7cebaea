# From one release to another.

# version_of RELEASE: without the digest of its package.
version_of() {
  local version
  version=$(basename "$(readlink "$base/releases/$1/version")")
  echo "${version%_*}"
}

# look RELEASE ALLOW_OLDER: whether it can be; touches nothing.
look() {
  local release=$1 running wanted
  [ -d "$base/releases/$release" ] || fail "release $release is not there: run apply again."
  (cd "$base/releases/$release" && sha256sum -c --status SHA256SUMS) || fail "release $release was changed on the node: apply with drift.sh, which puts it there again."
  wanted=$(version_of "$release")
  [ -L $base/current ] || return 0
  running=$(version_of "$(current_release)")
  if [ "$2" != true ] && [ ! -e "$base/releases/$release/ACTIVE" ] && [ "$running" != "$wanted" ] &&
    [ "$(printf '%s\n' "$running" "$wanted" | sort -V | tail -n 1)" = "$running" ]; then
    fail "it runs $running, and the package is older: $wanted. Name a newer package, or say allow_older = true."
  fi
}

# What of a release is not as it should be on this machine, a line each.
differences() {
  local release=$1 file unit
  for file in $(files_of "$release"); do
    if ! cmp -s "$base/releases/$release/root/$file" "/$file"; then
      echo "/$file is not as it was put there"
    elif [ "$(stat -c %a "/$file")" != "$(mode_of "$file")" ]; then
      echo "/$file has other permissions"
    fi
  done
  if [ "$(current_release)" != "$release" ]; then
    echo "the release in use is another one"
  fi
  for unit in "${services[@]}"; do
    systemctl is-active --quiet "$unit" || echo "$unit is not running"
    systemctl is-enabled --quiet "$unit" 2>/dev/null || echo "$unit does not start with the machine"
  done
  for file in /etc/edge/secrets.env /etc/edge/pop.key; do
    if [ ! -s $file ]; then
      echo "$file is missing"
    elif [ $file -nt $base/started ]; then
      echo "$file is newer than what runs"
    fi
  done
}

# is_ready COMMIT: edge and control take sessions, and are of this commit.
is_ready() {
  local port health
  for port in 8081 8082; do
    ask $port /readyz >/dev/null && health=$(ask $port /healthz) && grep -qx "commit $1" <<<"$health" || return 1
  done
}

has_failed() {
  local unit
  for unit in "${services[@]}"; do
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
  systemd-sysusers /etc/sysusers.d/edge.conf
  systemd-tmpfiles --create /etc/tmpfiles.d/edge.conf
  # -e: a machine that is a container has not all of them.
  sysctl -e -q -p /etc/sysctl.d/60-edge.conf
}

# switch RELEASE GATE_SECONDS: drains, puts the release in place, starts, and waits until it is ready.
switch() {
  local release=$1 gate=$2 found former commit started deadline
  found=$(differences "$release")
  if [ -z "$found" ]; then
    echo "$node: as it is, release $release."
    return 0
  fi
  echo "$node: to release $release, because:"
  # shellcheck disable=SC2001 # Of every line.
  sed 's/^/  /' <<<"$found"
  former=$(current_release)
  # The edge first: while it drains, control goes on to answer for its sessions.
  stop_unit edge.service
  stop_unit edge-control.service
  place "$release" "$former"
  touch $base/started
  systemctl daemon-reload
  systemctl reset-failed "${services[@]}" 2>/dev/null || true # Only those that failed can be reset.
  systemctl enable --quiet "${services[@]}"
  systemctl start --no-block "${services[@]}"
  commit=$(sed -n 's/^commit: //p' "$base/releases/$release/version/BUILD.txt")
  started=$SECONDS
  deadline=$((started + gate))
  until is_ready "$commit"; do
    # One that failed stays so: its settings are wrong, and systemd does not try again.
    if [ $SECONDS -ge $deadline ] || has_failed; then
      echo "$node: not ready after $((SECONDS - started)) seconds. The last words of its processes:" >&2
      journalctl --no-pager -o cat -n 20 -u edge.service -u edge-control.service >&2 || true # Its absence is no other failure.
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
    differences "$1"
  fi
}

"$@"
