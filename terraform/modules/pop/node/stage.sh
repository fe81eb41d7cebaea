# Versions (what a package holds) and releases (a version with the node's files), beside what runs.

# look VERSION DIGEST SIZE: says "here" when the package is unpacked already; else whether there is room for it.
look() {
  local free needed=$(($3 * 5))
  # A machine that was built anew is nobody's.
  claim
  if [ "$(cat "$base/versions/$1/PACKAGE" 2>/dev/null)" = "$2" ] && (cd "$base/versions/$1" && sha256sum -c --status SHA256SUMS); then
    echo here
    return
  fi
  mkdir -p $base/versions $base/releases $base/incoming
  free=$(df --output=avail -B1 $base | tail -n 1)
  [ "$free" -ge "$needed" ] ||
    fail "$base has $((free / 1048576)) MB free, and the package needs $((needed / 1048576)) until it is unpacked: make room there."
  echo missing
}

# unpack VERSION DIGEST: what was sent.
unpack() {
  local sent=$base/incoming/$2 new=$base/versions/.new-$1
  echo "$2  $sent" | sha256sum -c --status || fail "the package came damaged: apply again."
  rm -rf "$new"
  mkdir "$new"
  tar -xzf "$sent" -C "$new" --strip-components=1 --no-same-owner
  (cd "$new" && sha256sum -c --quiet SHA256SUMS) || fail "the package is not what its SHA256SUMS say: make it again with ./publish.sh --package."
  "$new/bin/edge" --version >/dev/null || fail "the programs of the package do not run here: is it one for another kind of machine?"
  echo "$2" >"$new/PACKAGE"
  rm -rf "${base:?}/versions/$1"
  mv "$new" "$base/versions/$1"
  rm -f "$sent"
}

# release ID VERSION: with the files in input, a line each: path, text in base64.
release() {
  local new=$base/releases/.new-$1 path text
  rm -rf "$new"
  mkdir -p "$new/root/etc/systemd/system" "$new/root/etc/sysusers.d" "$new/root/etc/tmpfiles.d"
  ln -s "../../versions/$2" "$new/version"
  ln -s version/bin "$new/bin"
  cp "$base/versions/$2/systemd/edge.service" "$base/versions/$2/systemd/edge-control.service" "$new/root/etc/systemd/system/"
  cp "$base/versions/$2/sysusers.d/edge.conf" "$new/root/etc/sysusers.d/"
  cp "$base/versions/$2/tmpfiles.d/edge.conf" "$new/root/etc/tmpfiles.d/"
  while read -r path text; do
    mkdir -p "$(dirname "$new/root/$path")"
    base64 -d <<<"$text" >"$new/root/$path"
    chmod "$(mode_of "$path")" "$new/root/$path"
  done <<<"$input"
  # What the package has for a node with an anycast address.
  if [ -e "$new/root/etc/edge/bird/settings.conf" ]; then
    cp "$base/versions/$2/bird/bird.conf" "$new/root/etc/edge/bird/"
    cp "$base/versions/$2/systemd/edge-anycastd.service" "$new/root/etc/systemd/system/"
  fi
  (cd "$new" && find root -type f -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
  if cmp -s "$new/SHA256SUMS" "$base/releases/$1/SHA256SUMS" && (cd "$base/releases/$1" && sha256sum -c --status SHA256SUMS); then
    # The one that runs may be it.
    rm -rf "$new"
  else
    [ ! -e "$base/releases/$1/ACTIVE" ] || touch "$new/ACTIVE"
    rm -rf "${base:?}/releases/$1"
    mv "$new" "$base/releases/$1"
  fi
  # Users of services: what these can read is looked at before anything of it starts.
  systemd-sysusers "$base/releases/$1/root/etc/sysusers.d/"edge*.conf
}

hold
be_ours
"$@"
