# Sourced by bench.sh: what every bench needs.

# With one core there is nothing to part.
load_core=$(($(nproc) > 1 ? 1 : 0))
load=tests/Edge.Load/bin/Release/net10.0/Edge.Load.dll
failed=0

# require_root: stops where namespaces cannot be made.
require_root() {
  if [ "$(id -u)" -ne 0 ]; then
    echo "The bench needs root for network namespaces of its own: sudo ./bench.sh" >&2
    exit 1
  fi
}

# build_bench NAME...: native binaries of these sources, and the load tool.
build_bench() {
  local name folder
  folder=out/$(machine_rid)
  for name in "$@"; do
    if ! { [ -x "$folder/$name" ] && grep -qs "^sources: $(source_hash)$" "$folder/BUILD.txt"; }; then
      ./publish.sh "$name" >&2
    fi
  done
  dotnet build tests/Edge.Load/Edge.Load.csproj -c Release -v quiet -p:RunAnalyzers=false >&2
}

# end_process ID: most stop at once; one that drains is not waited for.
end_process() {
  kill "$1" 2>/dev/null || true
  for _ in $(seq 30); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# wait_for ID LOG NAMESPACE URL: until it answers well.
wait_for() {
  for _ in $(seq 300); do
    ip netns exec "$3" curl -sf -o /dev/null --max-time 1 "$4" && return 0
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  echo "Nothing answers at $4:" >&2
  tail -20 "$2" >&2
  return 1
}

inside() { ip netns exec "$namespace" "$@"; }

# One namespace with one address; the veth pair makes it one that is not loopback, and its packets take the same
# short way.
open_namespace() {
  ip netns add "$namespace"
  inside ip link set lo up
  inside ip link add veth0 type veth peer name veth1
  inside ip address add "$address/24" dev veth0
  inside ip link set veth0 up
  inside ip link set veth1 up
}

print_machine() {
  echo "$(nproc) cores, load average $(cut -d ' ' -f 1-3 /proc/loadavg), $(uname -r)"
}
