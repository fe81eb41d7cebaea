#!/usr/bin/env bash
# Puts a release on a machine, beside the one that runs. A package that is there already is not sent again.
set -euo pipefail
. "$(dirname "$0")/remote.sh"

size=$(stat -c %s "$PACKAGE")
# shellcheck disable=SC2153 # Of main.tf.
found=$(run_script stage look "$VERSION" "$DIGEST" "$size")
if [ "$found" != here ]; then
  as_root tee "/opt/edge/incoming/$DIGEST" <"$PACKAGE" >/dev/null
  run_script stage unpack "$VERSION" "$DIGEST"
fi

# Programs of others: a line for each that the machine brings itself, and for each that is sent.
if [ -n "$PROGRAMS" ]; then
  INPUT=$PROGRAMS run_script programs ensure
fi
while read -r name digest path; do
  [ -n "$name" ] || continue
  size=$(stat -c %s "$path")
  found=$(run_script programs look "$name" "$digest" "$size")
  if [ "$found" != here ]; then
    as_root tee "/opt/edge/incoming/$digest" <"$path" >/dev/null
    run_script programs put "$name" "$digest"
  fi
done <<<"$SENT_PROGRAMS"
INPUT=$FILES run_script stage release "$RELEASE" "$VERSION"
