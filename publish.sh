#!/usr/bin/env bash
# Builds the NativeAOT executables into out/<rid>/, their symbols into out/<rid>/symbols/, and writes
# which .NET they were built with into out/<rid>/BUILD.txt.
#
#   ./publish.sh [NAME...]              all of them, or those named, beside what is there of these sources
#   ./publish.sh --package              all of them, and packages of them in out/packages/: a tarball and a
#                                       Debian package, with checksums (scripts/package.sh)
#   PUBLISH_CPU=generic ./publish.sh    for machines without AVX2 and AES instructions
set -euo pipefail
cd "$(dirname "$0")"
. scripts/common.sh

projects=()
has_packages=0
for argument in "$@"; do
  case "$argument" in
    --package)
      has_packages=1
      continue
      ;;
    -h | --help)
      print_head
      exit 0
      ;;
  esac
  if ! project=$(executable_project "$argument"); then
    echo "Unknown argument $argument; executables are: $(executable_names)" >&2
    exit 2
  fi
  projects+=("$project")
done
if [ ${#projects[@]} -gt 0 ] && [ $has_packages -eq 1 ]; then
  echo "A package has all executables: --package stands alone." >&2
  exit 2
fi
named=${#projects[@]}
[ "$named" -gt 0 ] || mapfile -t projects < <(executables)
rid=$(machine_rid)
out=out/$rid
staging=out/.staging/$rid
log=out/publish.log

# The compiler may assume these, so that no call asks again at run time: 256-bit vectors, AES rounds
# and carry-less multiplication, which every server processor since 2013 has. The binary checks at
# start and says so where they are missing. The names differ between the two compilers.
instruction_set() {
  if [ "$rid" != linux-x64 ] || [ "${PUBLISH_CPU:-}" = generic ]; then
    echo ""
  elif [ "$1" = net9.0 ]; then
    echo "x86-x64-v3,aes,pclmul"
  else
    echo "x86-64-v3,aes" # There, aes includes pclmul.
  fi
}

# Whether the linker packs addresses that are relative to the program (RELR), and this machine's C library, 2.36 or
# later, takes them. Without, a table of them would be larger than what it saves.
has_packed_relocations() {
  local scratch has=1
  scratch=$(mktemp -d)
  if echo 'int v; int *p = &v; int main(void) { return *p; }' |
    gcc -fPIE -pie -x c - -o "$scratch/a" -Wl,-z,pack-relative-relocs 2>/dev/null &&
    grep -q GLIBC_ABI_DT_RELR "$scratch/a" && "$scratch/a"; then
    has=0
  fi
  rm -rf "$scratch"
  return $has
}

# publish PROJECT FRAMEWORK: into the staging folder; the output is in the log.
publish() {
  local set
  set=$(instruction_set "$2")
  rm -rf "$staging"
  dotnet publish "$1" -c Release -o "$staging" -v minimal \
    -p:EdgeTargetFramework="$2" \
    -p:CppCompilerAndLinker=gcc \
    -p:IlcInstructionSet="${set//,/%2c}" \
    -p:HasPackedRelocations="$packed" \
    ${revision:+-p:SourceRevisionId="$revision"} \
    -p:RunAnalyzers=false >"$log" 2>&1
}

# Moves an executable and the libraries beside it; what only the build needs stays behind.
collect() {
  mv "$staging/$1" "$out/"
  find "$staging" -maxdepth 1 -name '*.so' -exec mv {} "$out/" \;
  find "$staging" -maxdepth 1 \( -name '*.dbg' -o -name '*.pdb' \) -exec mv {} "$out/symbols/" \;
  rm -rf "$staging"
}

require_dotnet
has_native_toolchain || require_packages NativeAOT gcc libc6-dev zlib1g-dev
packed=false
! has_packed_relocations || packed=true
hash=$(source_hash)
# What the executables say of themselves, and packages too.
revision=$(git_of_here describe --always --dirty --abbrev=40 --exclude='*' || true)
# What other sources made goes; what was named is made again.
if [ "$named" -eq 0 ] || ! grep -qs "^sources: $hash$" "$out/BUILD.txt"; then
  rm -rf "$out"
fi
rm -f "$out/BUILD.txt"
mkdir -p "$out/symbols"
framework=net10.0
reason="long-term support"
for project in "${projects[@]}"; do
  name=$(executable_name "$project")
  echo "Publishing $name for $rid with $framework"
  if ! publish "$project" "$framework"; then
    # A package that does not restore: the one reason to take the older runtime.
    if [ "$framework" = net10.0 ] && grep -qE 'NU110[123]|NETSDK1112' "$log"; then
      framework=net9.0
      reason="a NativeAOT package of net10.0 did not restore: $(grep -oE 'NU110[123]|NETSDK1112' "$log" | head -1)"
      echo "Publishing $name for $rid with $framework ($reason)"
      publish "$project" "$framework" || { cat "$log" >&2; exit 1; }
    else
      cat "$log" >&2
      exit 1
    fi
  fi
  collect "$name"
done

{
  echo "framework: $framework ($reason)"
  echo "sdk: $(dotnet --version)"
  echo "rid: $rid"
  echo "instruction set: $(instruction_set "$framework")"
  echo "packed relocations: $packed"
  echo "version: $(source_version)"
  echo "commit: ${revision:-unknown}"
  echo "committed: $(git_of_here log -1 --format=%ct || echo 0)"
  echo "sources: $hash"
} >"$out/BUILD.txt"
ls -l "$out" | awk 'NR > 1 && !/^d/ { printf "%12d  %s/%s\n", $5, "'"$out"'", $9 }'
if [ $has_packages -eq 1 ]; then
  scripts/package.sh
fi
