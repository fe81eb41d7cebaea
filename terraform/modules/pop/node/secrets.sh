# What only nodes have: the key of the PoP, the apps, what control and coturn share, and the authority of the mesh: a key with its certificate, by which
# nats-servers of all PoPs know each other. Said in base64, on standard output, to who spreads them.
key=/etc/edge/pop.key
apps=/etc/edge/secrets.env
mesh=/etc/edge/mesh.pem
turn=/etc/edge/turn.secret
nats=/etc/edge/nats
seed=/etc/edge/nats.seed

# Chosen: longer than machines live. A node's own certificate is made anew in its last year.
mesh_days=7300
node_days=3650

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

# openssl_says WORD...: runs openssl; its words are shown only when it fails.
openssl_says() {
  local words
  words=$(openssl "$@" 2>&1) || fail "openssl ${1} fails: $words"
}

make_mesh() {
  local folder
  folder=$(mktemp -d)
  openssl_says req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days $mesh_days -subj "/CN=edge mesh" \
    -config <(printf '[req]\ndistinguished_name=name\nx509_extensions=own\n[name]\n[own]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n') \
    -keyout "$folder/key" -out "$folder/certificate"
  cat "$folder/key" "$folder/certificate" | base64 -w 0
  rm -rf "$folder"
}

# is_issued ADDRESS...: whether this node's certificate is of this mesh, for these addresses, and good for a year.
is_issued() {
  local address
  openssl verify -CAfile $mesh $nats/node.pem >/dev/null 2>&1 || return 1
  openssl x509 -in $nats/node.pem -noout -checkend 31536000 >/dev/null || return 1
  for address in "$@"; do
    openssl x509 -in $nats/node.pem -noout -checkip "$address" | grep -q 'does match' || return 1
  done
}

# issue ADDRESS...: a certificate for this node where it lacks one.
issue() {
  local folder names
  openssl x509 -in $mesh | put $nats/ca.pem root:edge-nats 640
  is_issued "$@" && return 0
  folder=$(mktemp -d)
  names=$(printf ',IP:%s' "$@")
  openssl_says req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$node" \
    -config <(printf '[req]\ndistinguished_name=name\n[name]\n') -keyout "$folder/key" -out "$folder/request"
  openssl_says x509 -req -in "$folder/request" -CA $mesh -CAkey $mesh -days $node_days -set_serial "0x$(random_hex 16)" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "${names#,}") -out "$folder/certificate"
  put $nats/node.key root:edge-nats 640 <"$folder/key"
  put $nats/node.pem root:edge-nats 640 <"$folder/certificate"
  rm -rf "$folder"
}

# nkey PREFIX_BYTES HEX: a key in the text of NATS: base32 of prefix, key and CRC-16/XMODEM, low byte first.
nkey() {
  local hex=$1$2 crc=0 index bit
  for ((index = 0; index < ${#hex}; index += 2)); do
    crc=$((crc ^ (16#${hex:index:2} << 8)))
    for ((bit = 0; bit < 8; bit++)); do
      crc=$((crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xffff : crc << 1 & 0xffff))
    done
  done
  hex+=$(printf '%02x%02x' $((crc & 0xff)) $((crc >> 8)))
  # shellcheck disable=SC2001,SC2059 # Bytes, as printf writes them.
  printf "$(sed 's/../\\x&/g' <<<"$hex")" | base32 -w 0 | tr -d =
}

# A user for edge and control of this machine: nobody else has to know it.
make_user() {
  local pair hex_seed hex_public
  if [ -s $seed ] && [ -s $nats/users.conf ]; then
    chown root:edge $seed
    return
  fi
  pair=$(openssl genpkey -algorithm ed25519)
  hex_seed=$(openssl pkey -outform DER <<<"$pair" | tail -c 32 | od -An -v -tx1 | tr -d ' \n')
  hex_public=$(openssl pkey -pubout -outform DER <<<"$pair" | tail -c 32 | od -An -v -tx1 | tr -d ' \n')
  # Prefixes: S with U in it, and U (NATS documentation, "NKeys").
  printf 'authorization { users = [ { nkey: %s } ] }\n' "$(nkey a0 "$hex_public")" | put $nats/users.conf root:edge-nats 640
  nkey 9500 "$hex_seed" | put $seed root:edge 640
}

be_ours
case "$1" in
  write-* | join) hold ;;
esac
case "$1" in
  read-key) say $key ;;
  read-apps) say $apps ;;
  read-mesh) say $mesh ;;
  read-turn) say $turn ;;
  make-key) random_hex 32 | base64 -w 0 ;;
  make-apps) echo "EDGE_APPS=main:$(random_hex 16)" | base64 -w 0 ;;
  make-mesh) make_mesh ;;
  make-turn) random_hex 32 | base64 -w 0 ;;
  write-key)
    systemd-sysusers "$base/releases/$2/root/etc/sysusers.d/"edge*.conf
    mkdir -p /etc/edge
    base64 -d <<<"$input" | put $key root:edge 640
    ;;
  write-apps)
    mkdir -p /etc/edge
    base64 -d <<<"$input" | put $apps root:root 600
    ;;
  write-mesh)
    mkdir -p /etc/edge
    base64 -d <<<"$input" | put $mesh root:root 600
    ;;
  write-turn) base64 -d <<<"$input" | put $turn root:edge 640 ;;
  # join RELEASE ADDRESS...: what this node's nats-server has of the mesh.
  join)
    systemd-sysusers "$base/releases/$2/root/etc/sysusers.d/"edge*.conf
    mkdir -p $nats
    issue "${@:3}"
    make_user
    ;;
esac
