#!/usr/bin/env bash
# Starts one standalone process: control and edge. Ctrl-C stops it.
#
#   ./run.sh            on this machine
#   ./run.sh --lan      HTTPS on the machine's LAN address, so that a phone can publish
#   ./run.sh --pops 3   three PoPs on this machine (1-9), each of two edges, a control and a nats-server,
#                       in processes of their own; without root
#   ./run.sh --help     every setting
#
# Other arguments go to the process. It installs what is missing, then runs the NativeAOT binaries, which
# it builds when the sources changed; without gcc it builds for the .NET runtime and runs on that instead.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")"
. scripts/common.sh
. scripts/pops.sh

pops=0
for argument in "$@"; do
  if [ "$argument" = --pops ]; then
    if [ $# -ne 2 ] || [ "$1" != --pops ] || ! [[ $2 =~ ^[1-9]$ ]]; then
      echo "--pops: a number from 1 to 9 is expected after it, and nothing else." >&2
      exit 2
    fi
    pops=$2
  fi
done
names=(control)
[ "$pops" -eq 0 ] || names+=(edge)

require_dotnet
require_openssl
hash=$(source_hash)
out=out/$(machine_rid)
is_native=1

# The .NET assembly of an executable, where there is no native one.
assembly() {
  local project
  project=$(executable_project "$1")
  echo "$(dirname "$project")/bin/runtime/Release/net10.0/$1.dll"
}

# is_built FILE STAMP: the file was built from these sources.
is_built() {
  [ -e "$1" ] && grep -qs "^sources: $hash$" "$2"
}

# Native binaries of what is missing; fails where they cannot be made.
build_native() {
  local name missing=()
  for name in "${names[@]}"; do
    is_built "$out/$name" "$out/BUILD.txt" || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  has_native_toolchain || return 1
  echo "Building the native binary of: ${missing[*]}. This takes some minutes, after each change of the sources." >&2
  ./publish.sh "${missing[@]}" >&2 && return 0
  echo "The native build failed; running on the .NET runtime instead." >&2
  return 1
}

# Built first and started without the build tool around it, so that signals reach the process itself.
# Without the NativeAOT compiler there is a tenth to download (Directory.Build.props).
build_for_runtime() {
  local name stamp log=out/run.log
  for name in "${names[@]}"; do
    stamp=out/runtime-$name.txt
    is_built "$(assembly "$name")" "$stamp" && continue
    echo "Building $name for the .NET runtime; the first time takes about a minute." >&2
    mkdir -p out
    rm -f "$stamp"
    if ! dotnet build "$(executable_project "$name")" -c Release -v quiet -p:PublishAot=false \
      -p:RunAnalyzers=false >"$log" 2>&1; then
      cat "$log" >&2
      exit 1
    fi
    echo "sources: $hash" >"$stamp"
  done
  has_native_toolchain ||
    echo "./publish.sh makes native binaries, which start faster and need less memory." >&2
}

# command_of NAME: sets `command` to what starts the executable.
command_of() {
  if [ $is_native -eq 1 ]; then
    command=("$PWD/$out/$1")
  else
    command=(dotnet "$PWD/$(assembly "$1")")
  fi
}

build_native || { is_native=0; build_for_runtime; }
if [ "$pops" -gt 0 ]; then
  run_pops "$pops"
  exit 0
fi
command_of control
# In the caller's folder, from which paths in the arguments count.
cd "$caller"
exec "${command[@]}" "$@"
