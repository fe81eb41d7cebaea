# Drains, stops, and leaves nothing of what was put here or came of it.
release=$(current_release)
for unit in "${services[@]}"; do
  stop_unit "$unit"
  [ ! -e "/etc/systemd/system/$unit" ] || systemctl disable --quiet "$unit"
done
if [ -n "$release" ]; then
  for file in $(files_of "$release"); do
    rm -f "/$file"
  done
fi
rmdir --ignore-fail-on-non-empty /etc/systemd/system/edge.service.d /etc/systemd/system/edge-control.service.d 2>/dev/null || true # Gone already.
rm -f /etc/edge/pop.key /etc/edge/secrets.env
[ ! -d /etc/edge ] || rmdir --ignore-fail-on-non-empty /etc/edge
rm -rf $base /run/edge /var/lib/edge-control
systemctl daemon-reload
systemctl reset-failed edge.service edge-control.service 2>/dev/null || true # Only those that failed can be reset.
for name in edge edge-control edge-anycastd; do
  ! getent passwd $name >/dev/null || userdel $name
done
! getent group edge >/dev/null || groupdel edge
echo "$node: nothing is left."
