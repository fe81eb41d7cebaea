#!/usr/bin/env bash
# Packs what ./publish.sh made: a tarball for any Linux and Terraform, a Debian package, and their checksums.
#
#   scripts/package.sh [FOLDER [INTO]]    FOLDER: out/<rid>; INTO: out/packages
#
# The same binaries become the same bytes, whoever packs them and when. A commit without the tag of its version is a
# version before it: 0.1.0~202611292301.9cc038280d18, which sorts by its time. BUILD.txt in the package says of what it
# was built, COMPONENTS.txt which packages of others are in it, SHA256SUMS what every file is.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

case "${1:-}" in
  -h | --help)
    print_head scripts/package.sh
    exit 0
    ;;
esac
from=${1:-out/$(machine_rid)}
into=${2:-out/packages}
name=edge-sfu

# build_fact NAME: of BUILD.txt.
build_fact() {
  sed -n "s/^$1: //p" "$from/BUILD.txt"
}

fail() {
  echo "$1" >&2
  exit 1
}

[ -e "$from/BUILD.txt" ] || fail "There is nothing to pack in $from: run ./publish.sh."
for program in edge control anycastd; do
  [ -x "$from/$program" ] || fail "$from/$program is missing: run ./publish.sh without names."
done
command -v dpkg-deb >/dev/null || fail "dpkg-deb is missing: apt-get install dpkg."
rid=$(build_fact rid)
commit=$(build_fact commit)
committed=$(build_fact committed)
base=$(build_fact version)
if [ -z "$rid" ] || [ -z "$base" ] || [ -z "$committed" ]; then
  fail "$from/BUILD.txt does not say rid, version and time of the commit: run ./publish.sh."
fi

# The version of the package: that of the sources where the commit has its tag, one before it where not.
version=$base
if [[ $commit == *-dirty ]] || ! git_of_here tag --points-at "$commit" | grep -qx "v$base"; then
  short=${commit%-dirty}
  version=$base~$(date -u -d "@$committed" +%Y%m%d%H%M).${short:0:12}
  [[ $commit != *-dirty ]] || version=$version.dirty
fi
case "$rid" in
  linux-x64) architecture=amd64 ;;
  linux-arm64) architecture=arm64 ;;
  *) fail "There is no Debian architecture for $rid." ;;
esac

export SOURCE_DATE_EPOCH=$committed
export LC_ALL=C
umask 022
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What others wrote and the executables have in them: NuGet packages and the runtime.
list_components() {
  awk -F'"' '
    /"type": "Project"/ { package = "" }
    /^      "[^"]*": \{/ { package = $2 }
    /"resolved"/ && package != "" { print package, $4; package = "" }
  ' edge/Edge.Host/packages.lock.json control/Control.Server/packages.lock.json anycast/Anycast.Daemon/packages.lock.json |
    grep -vE '^(Meziantou\.Analyzer|Microsoft\.CodeAnalysis\.|Microsoft\.NET\.ILLink|runtime\.)' |
    sed 's/^Microsoft\.DotNet\.ILCompiler /.NET runtime and libraries (Microsoft.DotNet.ILCompiler) /' | sort -u
}

# files_into FOLDER: the package's tree, as the tarball has it.
files_into() {
  local folder=$1
  mkdir -p "$folder/bin" "$folder/etc" "$folder/bird"
  install -m 755 "$from/edge" "$from/control" "$from/anycastd" "$folder/bin/"
  find "$from" -maxdepth 1 -name '*.so' -exec install -m 644 -t "$folder/bin/" {} +
  cp -r packaging/systemd packaging/sysusers.d packaging/tmpfiles.d "$folder/"
  install -m 644 packaging/etc/* "$folder/etc/"
  install -m 644 anycast/bird/* "$folder/bird/"
  {
    echo "package: $version"
    cat "$from/BUILD.txt"
  } >"$folder/BUILD.txt"
  list_components >"$folder/COMPONENTS.txt"
  find "$folder" -type f ! -path '*/bin/*' -exec chmod 644 {} +
  sum_of "$folder" -type f >"$scratch/sums"
  install -m 644 "$scratch/sums" "$folder/SHA256SUMS"
}

# sum_of FOLDER TEST...: checksums of files in it that find finds.
sum_of() {
  (cd "$1" && find . "${@:2}" -printf '%P\n' | sort | xargs -d '\n' sha256sum)
}

pack_tarball() {
  tar -C "$scratch" --sort=name --mtime="@$committed" --owner=0 --group=0 --numeric-owner --format=gnu \
    -cf - "$name-$version" | gzip -n -6 >"$into/$tarball"
}

# The newest symbols of glibc that the executables ask for; nothing where they ask for none. Packed relocations came
# with 2.36.
glibc_version() {
  grep -aohE 'GLIBC_2\.[0-9]+|GLIBC_ABI_DT_RELR' "$from/edge" "$from/control" "$from/anycastd" |
    sed 's/GLIBC_ABI_DT_RELR/2.36/; s/GLIBC_//' | sort -uV | tail -1 || true
}

pack_debian() {
  local tree=$scratch/tree root=$scratch/debian glibc
  glibc=$(glibc_version)
  mkdir -p "$root/DEBIAN" "$root/usr/lib/$name" "$root/usr/share/doc/$name" "$root/usr/lib/systemd/system" \
    "$root/usr/lib/sysusers.d" "$root/usr/lib/tmpfiles.d" "$root/etc/edge"
  cp -r "$tree/bin" "$root/usr/lib/$name/"
  cp -r "$tree/bird" "$tree/BUILD.txt" "$tree/COMPONENTS.txt" "$root/usr/share/doc/$name/"
  cp "$tree/sysusers.d/edge.conf" "$root/usr/lib/sysusers.d/$name.conf"
  cp "$tree/tmpfiles.d/edge.conf" "$root/usr/lib/tmpfiles.d/$name.conf"
  for unit in "$tree"/systemd/*.service; do
    sed "s:/opt/edge/current/:/usr/lib/$name/:" "$unit" >"$root/usr/lib/systemd/system/$(basename "$unit")"
  done
  cp "$tree"/etc/* "$root/etc/edge/"
  # What systemd alone reads may hold secrets.
  chmod 600 "$root"/etc/edge/*.env
  for script in postinst prerm postrm; do
    install -m 755 "packaging/debian/$script" "$root/DEBIAN/"
  done
  (cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$root/DEBIAN/conffiles"
  sed -e "s/@NAME@/$name/" -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" \
    -e "s/@GLIBC@/${glibc:+ (>= $glibc)}/" \
    -e "s/@SIZE@/$(find "$root" -type f -printf '%s\n' | awk '{ sum += $1 } END { print int(sum / 1024) + 1 }')/" packaging/debian/control >"$root/DEBIAN/control"
  (cd "$root" && find usr -type f | sort | xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"
  chmod 644 "$root/DEBIAN/conffiles" "$root/DEBIAN/control" "$root/DEBIAN/md5sums"
  find "$root" -exec touch -h -d "@$committed" {} +
  dpkg-deb --root-owner-group -Zgzip -z6 --build "$root" "$into/$debian" >/dev/null
}

mkdir -p "$into"
tarball=$name-$version-$rid.tar.gz
debian=${name}_${version}_$architecture.deb
mkdir "$scratch/tree"
files_into "$scratch/tree"
mv "$scratch/tree" "$scratch/$name-$version"
pack_tarball
mv "$scratch/$name-$version" "$scratch/tree"
pack_debian
{
  echo "# $tarball and $debian: checksum and path of every file, then what others wrote in them."
  cat "$scratch/tree/SHA256SUMS" "$scratch/tree/COMPONENTS.txt"
} >"$into/$name-$version-$rid.contents.txt"
sum_of "$into" -maxdepth 1 \( -name '*.tar.gz' -o -name '*.deb' \) >"$scratch/sums"
install -m 644 "$scratch/sums" "$into/SHA256SUMS"
find "$into" -type f -printf "%12s  $into/%P\n" | sort -k 2
