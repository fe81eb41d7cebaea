#!/usr/bin/env bash
# Puts a release on a machine, beside the one that runs. A package that is there already is not sent again.
set -euo pipefail
. "$(dirname "$0")/remote.sh"

size=$(stat -c %s "$PACKAGE")
if [ "$(run_script stage look "$VERSION" "$DIGEST" "$size")" != here ]; then
  as_root tee "/opt/edge/incoming/$DIGEST" <"$PACKAGE" >/dev/null
  run_script stage unpack "$VERSION" "$DIGEST"
fi
INPUT=$FILES run_script stage release "$RELEASE" "$VERSION"
