# What only nodes have: the key of the PoP and the apps. Said in base64, on standard output, to who spreads them.
key=/etc/edge/pop.key
apps=/etc/edge/secrets.env

random_hex() {
  local digits
  digits=$(od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n')
  [ ${#digits} -eq $(($1 * 2)) ] || fail "/dev/urandom gives nothing."
  echo "$digits"
}

say() {
  [ ! -s "$1" ] || base64 -w 0 "$1"
}

# put FILE OWNER MODE: standard input, in one step, and only where it differs.
put() {
  local new
  new=$(mktemp "$1.XXXXXX")
  cat >"$new"
  chown "$2" "$new"
  chmod "$3" "$new"
  if cmp -s "$new" "$1"; then
    rm "$new"
    chown "$2" "$1"
    chmod "$3" "$1"
  else
    mv "$new" "$1"
  fi
}

case "$1" in
  read-key) say $key ;;
  read-apps) say $apps ;;
  make-key) random_hex 32 | base64 -w 0 ;;
  make-apps) echo "EDGE_APPS=main:$(random_hex 16)" | base64 -w 0 ;;
  write-key)
    systemd-sysusers "$base/releases/$2/root/etc/sysusers.d/edge.conf"
    mkdir -p /etc/edge
    base64 -d <<<"$input" | put $key root:edge 640
    ;;
  write-apps)
    mkdir -p /etc/edge
    base64 -d <<<"$input" | put $apps root:root 600
    ;;
esac
