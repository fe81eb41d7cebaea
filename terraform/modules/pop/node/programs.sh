# Programs of others, which services of ours run.

# ensure: those of input, a line each: program, Debian package, the package's own service or "-".
ensure() {
  local program package unit
  while read -r program package unit; do
    if [ "$unit" != - ] && systemctl is-active --quiet "$unit"; then
      fail "$unit runs here, with a configuration of its own: systemctl disable --now $unit, and apply again."
    fi
    command -v "$program" >/dev/null || bring "$program" "$package" "$unit"
  done <<<"$input"
}

# bring PROGRAM PACKAGE UNIT: by apt-get. It is noted, and goes when the node goes.
bring() {
  local words
  # The package starts its own service otherwise.
  [ "$3" = - ] || systemctl mask --quiet "$3"
  # Others use apt-get, too: on its first day a machine updates itself. Nothing else is started anew because of it.
  if ! words=$(export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 &&
    apt-get -o DPkg::Lock::Timeout=300 update -qq 2>&1 &&
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$2" 2>&1); then
    [ "$3" = - ] || systemctl unmask --quiet "$3"
    fail "$1 is missing, and apt-get cannot bring it: $(tail -n 3 <<<"$words") Install the package $2, and apply again."
  fi
  echo "$2 $3" >>$base/packages
  command -v "$1" >/dev/null || fail "the package $2 has no $1: install that program, and apply again."
}

# look NAME DIGEST SIZE: says "here" when a program of the operator's is there.
look() {
  local free
  if echo "$2  $base/programs/$1-${2:0:8}" | sha256sum -c --status 2>/dev/null; then
    echo here
    return
  fi
  mkdir -p $base/programs $base/incoming
  free=$(df --output=avail -B1 $base | tail -n 1)
  [ "$free" -ge $(($3 * 2)) ] || fail "$base has $((free / 1048576)) MB free, and $1 needs $(($3 * 2 / 1048576)): make room there."
  echo missing
}

# put NAME DIGEST: what was sent.
put() {
  local sent=$base/incoming/$2
  echo "$2  $sent" | sha256sum -c --status || fail "$1 came damaged: apply again."
  chmod 755 "$sent"
  "$sent" --version >/dev/null 2>&1 || fail "the $1 that was given does not run here: is it one for another kind of machine?"
  mv "$sent" "$base/programs/$1-${2:0:8}"
}

hold
be_ours
"$@"
