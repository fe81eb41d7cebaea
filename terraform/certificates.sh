#!/usr/bin/env bash
# Spreads a certificate with its key to the nodes of a PoP, from the machine that renews it. control reads it there within two
# seconds; connections go on by the one they began with.
#
#   certbot   a link to this file in /etc/letsencrypt/renewal-hooks/deploy/
#   lego      lego ... renew --renew-hook /path/to/certificates.sh; of lego 5: run --deploy-hook
#   by hand   certificates.sh NAME CERTIFICATE KEY          PEM files; the certificate with its chain
#
# Settings are environment variables, or lines NAME=value of /etc/edge/certificates.env, which is a script of bash:
#   CERTIFICATE_NODES        /etc/edge/certificate-nodes: a line a node, NAME DESTINATION [FOLDER]; the destination is what ssh
#                            takes (user@host, or a Host of its configuration), a user other than root has sudo that asks nothing
#   CERTIFICATE_FOLDER       /etc/edge/tls: where nodes have FOLDER/NAME/fullchain.pem and privkey.pem, unless a node's line says another
#   CERTIFICATE_SSH_CONFIG   a configuration for ssh, in place of that of the user
#   CERTIFICATE_AFTER        a command that nodes run when it changed, as root, for others that use it
#
# Each node has the pair by one rename: nobody there sees half of it. A node that has it already is left alone, so this may run
# each day to mend what was missed. Host keys have to be known. Exit code 1: a node does not have it; the others do.
set -euo pipefail

fail() {
  echo "certificates.sh: $1" >&2
  exit 2
}

if [ -e "${CERTIFICATE_SETTINGS:-/etc/edge/certificates.env}" ]; then
  # shellcheck disable=SC1090,SC1091 # The operator's.
  . "${CERTIFICATE_SETTINGS:-/etc/edge/certificates.env}"
fi
list=${CERTIFICATE_NODES:-/etc/edge/certificate-nodes}

if [ $# -eq 3 ]; then
  name=$1 certificate=$2 key=$3
elif [ $# -eq 0 ] && [ -n "${RENEWED_LINEAGE:-}" ]; then
  name=$(basename "$RENEWED_LINEAGE") certificate=$RENEWED_LINEAGE/fullchain.pem key=$RENEWED_LINEAGE/privkey.pem
elif [ $# -eq 0 ] && [ -n "${LEGO_CERT_PATH:-}" ]; then
  name=$LEGO_CERT_DOMAIN certificate=$LEGO_CERT_PATH key=$LEGO_CERT_KEY_PATH
elif [ $# -eq 0 ] && [ -n "${LEGO_HOOK_CERT_PATH:-}" ]; then
  name=$LEGO_HOOK_CERT_NAME certificate=$LEGO_HOOK_CERT_PATH key=$LEGO_HOOK_CERT_KEY_PATH
else
  sed -n '2,/^[^#]/ s/^# \{0,1\}//p' "$0"
  [ "${1:-}" = --help ] || [ "${1:-}" = -h ]
  exit
fi

[[ $name =~ ^[A-Za-z0-9*][A-Za-z0-9.*_-]*$ ]] || fail "'$name' is no name of a certificate: letters, digits, '.', '-', '_' and '*'."
name=${name//\*/_}
[ -r "$list" ] || fail "There is no list of nodes at $list: a line a node, NAME DESTINATION, or CERTIFICATE_NODES with another path."
# Read once: what is checked is what is sent.
certificate=$(cat "$certificate") || fail "The certificate cannot be read."
key=$(cat "$key") || fail "The key cannot be read."
openssl x509 -noout -checkend 0 <<<"$certificate" >/dev/null 2>&1 || fail "It is no certificate, or its time is over; nothing was sent."
[ "$(openssl x509 -noout -pubkey <<<"$certificate")" = "$(openssl pkey -pubout <<<"$key" 2>/dev/null)" ] ||
  fail "The key is not the certificate's; nothing was sent."

# What runs on a node as root, with name, folder, certificate, key and after set.
on_node() {
  cat <<'NODE'
set -euo pipefail
umask 077
# Where nothing is rolled out yet it comes with this, so that control can read the key from its first start on.
getent group edge >/dev/null || groupadd --system edge
digest=$(printf '%s\n' "$certificate" "$key" | sha256sum | cut -c 1-16)
version=.versions/$name-$digest
if [ "$(readlink "$folder/$name" || true)" = "$version" ]; then
  # Another group of that name, after the node was built anew.
  chgrp edge "$folder" "$folder/.versions" "$folder/$version" "$folder/$version/"*.pem
  echo "has it already"
  exit
fi
if [ -e "$folder/$name" ] && [ ! -L "$folder/$name" ]; then
  echo "$folder/$name is no link of this script's: move it away" >&2
  exit 1
fi
install -d -m 750 -g edge "$folder" "$folder/.versions"
rm -rf "$folder/$version" "$folder/.$name.new"
install -d -m 750 -g edge "$folder/$version"
printf '%s\n' "$certificate" >"$folder/$version/fullchain.pem"
printf '%s\n' "$key" >"$folder/$version/privkey.pem"
chgrp edge "$folder/$version/"*.pem
chmod 640 "$folder/$version/"*.pem
sync "$folder/$version/"*.pem
former=$(readlink "$folder/$name" || true)
ln -s "$version" "$folder/.$name.new"
mv -T "$folder/.$name.new" "$folder/$name"
# The one before stays: a process may be just reading it.
for old in "$folder/.versions/$name-"*; do
  case ".versions/$(basename "$old")" in
    "$version" | "$former") ;;
    *) [ "${old##*-}" = "${old#"$folder/.versions/$name-"}" ] && rm -rf "$old" ;;
  esac
done
# coturn reads a certificate when it starts. What it relays ends; clients that notice begin again.
if [ -d /run/systemd/system ] && systemctl is-active --quiet edge-turn.service; then
  systemctl restart edge-turn.service
fi
[ -z "$after" ] || bash -c "$after" </dev/null
echo "has the new one"
NODE
}

missed=0
while read -r node destination folder <&3; do
  case "$node" in '' | \#*) continue ;; esac
  options=(-o BatchMode=yes -o ConnectTimeout=15 -o StrictHostKeyChecking=yes -o LogLevel=ERROR)
  [ -z "${CERTIFICATE_SSH_CONFIG:-}" ] || options+=(-F "$CERTIFICATE_SSH_CONFIG")
  # One function, which bash has read whole before it runs. The key stands in no list of processes.
  # shellcheck disable=SC2016 # The node's.
  if ! said=$(
    {
      printf 'main() {\nname=%q\nfolder=%q\ncertificate=%q\nkey=%q\nafter=%q\n' "$name" \
        "${folder:-${CERTIFICATE_FOLDER:-/etc/edge/tls}}" "$certificate" "$key" "${CERTIFICATE_AFTER:-}"
      on_node
      printf '}\nmain\n'
    } | ssh "${options[@]}" "$destination" 'if [ "$(id -u)" -eq 0 ]; then exec bash -s; else exec sudo -n bash -s; fi' 2>&1
  ); then
    echo "$node does not have the certificate $name: $said" >&2
    missed=$((missed + 1))
    continue
  fi
  echo "$node $said"
done 3<"$list"
[ $missed -eq 0 ] || {
  echo "certificates.sh: $missed of the nodes in $list do not have $name. Mend them and run it again; the one before goes on there." >&2
  exit 1
}
