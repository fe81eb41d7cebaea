#!/bin/sh
# Starts coturn with its secret, which is in no file of a release, and in no list of processes.
set -eu
umask 077
{
  cat /etc/edge/turn/turnserver.conf
  printf 'static-auth-secret=%s\n' "$(cat "$CREDENTIALS_DIRECTORY/secret")"
} >"$RUNTIME_DIRECTORY/turnserver.conf"
exec turnserver -c "$RUNTIME_DIRECTORY/turnserver.conf"
