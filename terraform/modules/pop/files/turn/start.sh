#!/bin/sh
# Starts coturn with its secret, which is in no file of a release, and in no list of processes.
set -eu
umask 077
secret=$(cat "$CREDENTIALS_DIRECTORY/secret")
{
  cat /etc/edge/turn/turnserver.conf
  printf 'static-auth-secret=%s\n' "$secret"
  # Nobody is in it, but without one that it can write coturn takes no secret either.
  printf 'userdb=%s/turndb\n' "$RUNTIME_DIRECTORY"
} >"$RUNTIME_DIRECTORY/turnserver.conf"
exec turnserver -c "$RUNTIME_DIRECTORY/turnserver.conf"
