#!/usr/bin/env bash
# Starts one standalone process: control and edge. Ctrl-C stops it.
#
#   ./run.sh            on this machine
#   ./run.sh --lan      HTTPS on the machine's LAN address, so that a phone can publish
#   ./run.sh --help     every setting
#
# Arguments go to the process. It installs what is missing, then runs the NativeAOT binary, which it
# builds when the sources changed; without gcc it builds for the .NET runtime and runs on that instead.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")"
. scripts/common.sh

project=control/Control.Server/Control.Server.csproj
name=$(executable_name "$project")
binary=$PWD/out/$(machine_rid)/$name
assembly=$PWD/control/Control.Server/bin/runtime/Release/net10.0/$name.dll
stamp=out/runtime.txt
log=out/run.log

require_dotnet
require_openssl
hash=$(source_hash)

# start COMMAND...: in the caller's folder, from which paths in the arguments count.
start() {
  cd "$caller"
  exec "$@"
}

# is_built FILE STAMP: the file was built from these sources.
is_built() {
  [ -e "$1" ] && grep -qs "^sources: $hash$" "$2"
}

if is_built "$binary" "$(dirname "$binary")/BUILD.txt"; then
  start "$binary" "$@"
fi

if has_native_toolchain; then
  echo "Building the native binary; this takes some minutes, after each change of the sources." >&2
  if ./publish.sh "$name" >&2; then
    start "$binary" "$@"
  fi
  echo "The native build failed; running on the .NET runtime instead." >&2
fi

# Built first and started without the build tool around it, so that signals reach the process itself.
# Without the NativeAOT compiler there is a tenth to download (Directory.Build.props).
if ! is_built "$assembly" "$stamp"; then
  echo "Building for the .NET runtime; the first time takes about a minute." >&2
  mkdir -p out
  rm -f "$stamp"
  if ! dotnet build "$project" -c Release -v quiet -p:PublishAot=false -p:RunAnalyzers=false \
    >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
  echo "sources: $hash" >"$stamp"
  has_native_toolchain ||
    echo "./publish.sh makes a native binary, which starts faster and needs less memory." >&2
fi
start dotnet "$assembly" "$@"
