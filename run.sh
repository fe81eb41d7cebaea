#!/usr/bin/env bash
# Starts one standalone process: control and edge, in-process bus. Ctrl-C stops it.
#
#   ./run.sh            on this machine
#   ./run.sh --lan      HTTPS on the machine's LAN address, so that a phone can publish
#
# Arguments go to the process. It installs what is missing, then runs the NativeAOT binary, which it
# builds when the sources changed; without gcc it runs on the .NET runtime instead.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/common.sh

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
project=control/Control.Server/Control.Server.csproj
binary=out/$(machine_rid)/$(executable_name "$project")

require_dotnet
require_openssl

is_current() {
  [ -x "$binary" ] && grep -q "^sources: $(source_hash)$" "$(dirname "$binary")/BUILD.txt"
}

if is_current; then
  exec "$binary" "$@"
fi

if has_native_toolchain; then
  echo "Building the native binary; this takes a minute or two and happens once." >&2
  if ./publish.sh >&2; then
    exec "$binary" "$@"
  fi
  echo "The native build failed; running on the .NET runtime instead." >&2
else
  echo "No gcc or zlib headers here: running on the .NET runtime. A native binary starts faster and" >&2
  echo "needs less memory: apt-get install gcc libc6-dev zlib1g-dev" >&2
fi

# Built first and started without the build tool around it, so that signals reach the process itself.
build=$(mktemp)
if ! dotnet build "$project" -c Release -v quiet -p:RunAnalyzers=false >"$build" 2>&1; then
  cat "$build" >&2
  exit 1
fi
rm -f "$build"
exec dotnet "$(find control/Control.Server/bin/Release/net10.0 -name "$(basename "$binary").dll" | head -1)" "$@"
