#!/usr/bin/env bash
# Looks whether the PoPs of a network have the same apps: those that were alone before have made an app each. By itself, because
# Terraform hides what apps.sh says. With an APPS_VERSION the operator gives them, and all get those.
set -euo pipefail
. "$(dirname "$0")/remote.sh"
. "$(dirname "$0")/nodes.sh"

[ "$APPS_VERSION" -eq 0 ] || exit 0
first_apps=
asked=
for line in "${nodes[@]}"; do
  take "$line"
  [ "$POP" != "$asked" ] || continue
  # A node that is not reached is passed over: the next one of the PoP has the same.
  found=$(run_script secrets read-apps) || found=
  [ -n "$found" ] || continue
  asked=$POP
  if [ -n "$first_apps" ] && [ "$found" != "$first_apps" ]; then
    echo "PoP $POP has other apps than PoP $first_pop (/etc/edge/secrets.env on $NODE and on $first_node), and all PoPs of a network have the same. Give all of them as apps (id:secret,id:secret) and raise apps_version; or remove that file on every node of the PoP that is to get the other's, and run drift.sh apply." >&2
    exit 1
  fi
  if [ -z "$first_apps" ]; then
    first_apps=$found first_pop=$POP first_node=$NODE
  fi
done
