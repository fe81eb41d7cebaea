# What has to be right before anything is stopped for a release.

# version_of RELEASE: without the digest of its package.
version_of() {
  local version
  version=$(basename "$(readlink "$base/releases/$1/version")")
  echo "${version%_*}"
}

# had VERSION: whether a release that was at work here is of it. Its settings may have been others.
had() {
  local each
  for each in "$base"/releases/*/ACTIVE; do
    [ ! -e "$each" ] || [ "$(version_of "$(basename "$(dirname "$each")")")" != "$1" ] || return 0
  done
  return 1
}

# look RELEASE ALLOW_OLDER: whether it can be; touches nothing.
look() {
  local release=$1 running wanted
  [ -d "$base/releases/$release" ] || fail "release $release is not there: run apply again."
  (cd "$base/releases/$release" && sha256sum -c --status SHA256SUMS) || fail "release $release was changed on the node: apply with drift.sh, which puts it there again."
  look_at_addresses "$release"
  look_at_ports "$release"
  look_at_certificate "$release"
  wanted=$(version_of "$release")
  [ -L $base/current ] || return 0
  running=$(version_of "$(current_release)")
  if [ "$2" != true ] && [ "$running" != "$wanted" ] && ! had "$wanted" &&
    [ "$(printf '%s\n' "$running" "$wanted" | sort -V | tail -n 1)" = "$running" ]; then
    fail "it runs $running, and the package is older: $wanted. Name a newer package, or say allow_older = true."
  fi
}

# look_at_addresses RELEASE: whether those at which it listens are this machine's.
look_at_addresses() {
  local address port plain family route
  while read -r _ address port _; do
    plain=${address#[}
    plain=${plain%]}
    case "$plain" in
      0.0.0.0 | ::) continue ;;
      *:*) family=ipv6 ;;
      *) family=ipv4 ;;
    esac
    # One for all nodes comes with the release.
    ! grep -qsF "address replace $plain/" "$base/releases/$1/root/etc/edge/address/add" || continue
    [ "$(sysctl -n "net.$family.ip_nonlocal_bind" 2>/dev/null)" != 1 ] || continue
    route=$(ip route get "$plain" 2>/dev/null) || route=none
    [[ $route == local\ * ]] ||
      fail "it is to listen at $plain, port $port, and no interface of this machine has that address (ip address): look at lan_address and media_address of the node, and at http.addresses. Behind NAT, media_address is the machine's own, and advertise what clients are told."
  done < <(sort -u -k 2,2 "$base/releases/$1/root/etc/edge/ports")
}

# setting RELEASE NAME: of what all processes are told.
setting() {
  sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$base/releases/$1/root/etc/edge/settings.json"
}

# look_at_certificate RELEASE: whether control can use the pair of files that it is told of.
look_at_certificate() {
  local certificate key file
  certificate=$(setting "$1" EDGE_TLS_CERT)
  key=$(setting "$1" EDGE_TLS_KEY)
  [ -n "$certificate" ] && [ -n "$key" ] || return 0
  for file in "$certificate" "$key"; do
    [ -e "$file" ] || fail "there is no $file, and http says that certificate and key are in $certificate and $key: put them there, with certificates.sh for one."
    # ProtectHome and PrivateTmp of its unit.
    [[ ! $(realpath "$file") =~ ^/(home|root|run/user|tmp|var/tmp)/ ]] ||
      fail "$file is in a folder that control is shut out of (/home, /root, /tmp): put certificate and key elsewhere, as in /etc/edge/tls."
    setpriv --reuid edge-control --regid edge --init-groups test -r "$file" ||
      fail "control, which runs as user edge-control, cannot read $file: chgrp edge and chmod 640 it, and let the group pass through its folders."
  done
  command -v openssl >/dev/null || return 0
  [ "$(openssl x509 -noout -pubkey -in "$certificate" 2>&1)" = "$(openssl pkey -pubout -passin pass: -in "$key" 2>&1)" ] ||
    fail "the key $key is not the one of the certificate $certificate, or one of them is no PEM without a password: bring the pair again."
}

# look_at_ports RELEASE: whether anybody else has a port that it needs (etc/edge/ports: protocol, address, port, what to do).
look_at_ports() {
  local own protocol address port remedy taken process
  own=$(own_processes)
  while read -r protocol address port remedy; do
    while read -r _ _ _ taken _ process; do
      meets "${taken%:*}" "$address" || continue
      if [[ ! $process =~ \"([^\"]*)\",pid=([0-9]+) ]] || ! grep -qxF "${BASH_REMATCH[2]}" <<<"$own"; then
        fail "port $port of $address (${protocol^^}) is taken by ${BASH_REMATCH[1]:-somebody} (process ${BASH_REMATCH[2]:-unknown}). $remedy"
      fi
    done < <(ss -H -l -n -p "--$protocol" "sport = :$port")
  done <"$base/releases/$1/root/etc/edge/ports"
}

# Processes of the services that run, a line each.
own_processes() {
  local unit
  for unit in "${services[@]}"; do
    systemctl show --property MainPID --value "$unit"
  done
}

# meets TAKEN WANTED: whether two addresses can't have one port.
meets() {
  local taken=${1%%%*} wanted=$2
  case "$taken" in
    0.0.0.0 | '*' | '[::]') return 0 ;;
  esac
  case "$wanted" in
    0.0.0.0 | '[::]') return 0 ;;
  esac
  [ "$taken" = "$wanted" ] || [ "$taken" = "[::ffff:$wanted]" ]
}

be_ours
look "$@"
