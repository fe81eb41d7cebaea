#!/bin/bash
# The disk of nodes of tests: a Debian of its own with no more than every machine of that kind has, and an archive of the packages that
# apt-get may be asked for, since nodes reach no other.
#   disk.sh FOLDER   makes it there, unless it is; needs root, mmdebstrap and apt-utils.
set -euo pipefail

readonly disk=$1
# What a machine comes with.
readonly system=systemd,systemd-sysv,openssh-server,iproute2,procps,openssl,sudo,kmod
# What Terraform has apt-get bring.
readonly packages=(nats-server coturn bird2 nftables)

# The distribution of this machine, and where this machine gets it from.
make_system() {
  local sources=() file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    [ ! -s "$file" ] || sources+=("$file")
  done
  mmdebstrap --quiet --variant=minbase --include=$system "" "$new" "${sources[@]}"
}

# make_archive: packages with all that they need beside the system, as apt-get of this machine finds them.
make_archive() {
  local archive=$new/srv/archive
  mkdir -p "$archive/partial"
  apt-get install --quiet=2 --yes --download-only --no-install-recommends \
    -o Dir::State::Status="$new/var/lib/dpkg/status" -o Dir::Cache::Archives="$archive" -o APT::Sandbox::User=root -o Debug::NoLocking=1 \
    "${packages[@]}" >/dev/null
  rmdir "$archive/partial"
  pack_consul "$archive"
  (cd "$archive" && apt-ftparchive packages . >Packages)
  rm -f "$new"/etc/apt/sources.list.d/*
  echo "deb [trusted=yes] file:/srv/archive ./" >"$new/etc/apt/sources.list"
}

# pack_consul FOLDER: as it is on this machine, for Debian 12 has no package of it.
pack_consul() {
  local scratch
  scratch=$(mktemp -d)
  mkdir -p "$scratch/DEBIAN" "$scratch/usr/bin"
  cp "$(command -v consul)" "$scratch/usr/bin/consul"
  printf '%s\n' "Package: consul" "Version: 1" "Architecture: all" "Maintainer: tests <tests@example.org>" "Description: Consul" >"$scratch/DEBIAN/control"
  dpkg-deb --build --root-owner-group -Znone "$scratch" "$1/consul_1_all.deb" >/dev/null
  rm -r "$scratch"
}

mkdir -p "$(dirname "$disk")"
exec {lock}>"$disk.lock"
flock "$lock"
[ ! -d "$disk" ] || exit 0
new=$disk.new
rm -rf "$new"
make_system
make_archive
mv "$new" "$disk"
