# Drains, stops, and leaves nothing of what was put here or came of it. A machine that is another node's by now is left alone: there is
# nothing of this one on it, and who takes a node down is not to be held up by where it once was.
hold
whose=$(stranger)
if [ -n "$whose" ]; then
  echo "$node: left alone, because this machine is $whose."
  exit 0
fi

# is_known PACKAGE: whether dpkg has anything of it. Somebody may have removed it since, and what dpkg does not know, apt-get cannot purge.
is_known() {
  local status
  status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) && [ "$status" != not-installed ]
}

# purge PACKAGE: which was installed for this node.
purge() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -o DPkg::Lock::Timeout=300 purge -y -qq "$1" >/dev/null ||
    fail "apt-get cannot remove the package $1, which was installed for this: see to that, and destroy again."
}

release=$(current_release)
for ((index = ${#services[@]} - 1; index >= 0; index--)); do
  unit=${services[index]}
  stop_unit "$unit"
  [ ! -e "/etc/systemd/system/$unit" ] || systemctl disable --quiet "$unit"
done
if [ -n "$release" ]; then
  for file in $(files_of "$release"); do
    rm -f "/$file"
  done
fi
rmdir --ignore-fail-on-non-empty /etc/systemd/system/edge*.service.d 2>/dev/null || true # Gone already.
rm -f /etc/edge/pop.key /etc/edge/secrets.env /etc/edge/mesh.pem /etc/edge/nats.seed /etc/edge/turn.secret
rm -rf /etc/edge/nats /etc/edge/turn /etc/edge/nftables /etc/edge/bird /etc/edge/address /etc/edge/consul
[ ! -d /etc/edge ] || rmdir --ignore-fail-on-non-empty /etc/edge
if [ -e $base/packages ]; then
  while read -r package unit; do
    ! is_known "$package" || purge "$package"
    [ "$unit" = - ] || systemctl unmask --quiet "$unit"
  done <$base/packages
fi
rm -rf $base $lock /run/edge /var/lib/edge-control /var/lib/edge-consul
systemctl daemon-reload
systemctl reset-failed "${services[@]}" 2>/dev/null || true # Only those that failed can be reset.
for name in edge edge-control edge-anycastd edge-nats edge-turn edge-consul; do
  ! getent passwd $name >/dev/null || userdel $name
done
for name in edge edge-nats edge-turn edge-consul; do
  ! getent group $name >/dev/null || groupdel $name
done
echo "$node: nothing is left."
