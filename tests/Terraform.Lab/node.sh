#!/bin/bash
# A node of tests: a Debian of its own (disk.sh), changed in memory alone, where systemd is process 1 and a real sshd is one of its units.
# In the node's network namespace:
#   node.sh DISK FOLDER NAME   boots it. FOLDER has key.pub (who may come) and NAME.host (the node's host key). Killed, it is gone with all of
#                              it; one that boots anew (systemctl reboot) has what it had on its disk.
#   node.sh end                removes the control groups of nodes that are gone.
set -euo pipefail

# Below it each node has a control group, which to its systemd is the root of all.
readonly groups=edge-tests

# mount_groups FOLDER: the hierarchy by which systemd of this machine would know services, as its own root would have it.
mount_groups() {
  mkdir -p "$1"
  if grep -q ':name=systemd:' /proc/self/cgroup; then
    mount -t tmpfs -o mode=755 groups "$1"
    mkdir "$1/systemd" "$1/unified"
    mount -t cgroup -o none,name=systemd groups "$1/systemd"
    mount -t cgroup2 groups "$1/unified"
  else
    mount -t cgroup2 groups "$1"
  fi
}

# hierarchies FOLDER: where mount_groups has mounted them.
hierarchies() {
  if [ -d "$1/systemd" ]; then
    echo "$1/systemd" "$1/unified"
  else
    echo "$1"
  fi
}

remove_groups() {
  local scratch hierarchy
  scratch=$(mktemp -d)
  mount -t tmpfs groups "$scratch"
  mount_groups "$scratch/groups"
  for hierarchy in $(hierarchies "$scratch/groups"); do
    # Of those that are in use there is no removing.
    find "$hierarchy/$groups" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
  umount --recursive "$scratch"
  rmdir "$scratch"
}

# enter_group: what begins here is in a control group of its own.
enter_group() {
  local scratch hierarchy
  scratch=$(mktemp -d)
  mount -t tmpfs groups "$scratch"
  mount_groups "$scratch/groups"
  for hierarchy in $(hierarchies "$scratch/groups"); do
    mkdir -p "$hierarchy/$groups/$name.$$"
    echo $$ >"$hierarchy/$groups/$name.$$/cgroup.procs"
  done
  umount --recursive "$scratch"
  rmdir "$scratch"
}

# make_devices: those that programs expect, none of this machine's disks and consoles.
make_devices() {
  local device
  mount -t tmpfs -o mode=755 devices dev
  for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
  done
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=666 terminals dev/pts
  mount -t tmpfs -o mode=1777 shared dev/shm
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
}

# make_units: nothing of this machine's is started, and nothing that would tell its kernel anything.
make_units() {
  local units=etc/systemd/system unit
  rm -rf $units/*.wants $units/*.requires
  ln -sf /lib/systemd/system/multi-user.target $units/default.target
  for unit in systemd-{sysctl,modules-load,remount-fs,random-seed,udevd,udev-trigger,logind,update-utmp,sysusers,binfmt}.service \
    systemd-{udevd-control,udevd-kernel}.socket dbus.service dbus.socket getty.target \
    {dev-hugepages,dev-mqueue,sys-kernel-debug,sys-kernel-tracing,sys-kernel-config,sys-fs-fuse-connections}.mount; do
    ln -sf /dev/null "$units/$unit"
  done
  mkdir -p etc/systemd/journald.conf.d "$units/multi-user.target.wants"
  printf '[Journal]\nStorage=volatile\n' >etc/systemd/journald.conf.d/test.conf
  cat >"$units/test-sshd.service" <<'UNIT'
[Service]
ExecStart=/usr/sbin/sshd -D -e -f /etc/test-ssh/config
RuntimeDirectory=sshd
UNIT
  ln -s ../test-sshd.service "$units/multi-user.target.wants/test-sshd.service"
}

make_ssh() {
  mkdir -p etc/test-ssh
  install -m 600 "$scratch/given/$name.host" etc/test-ssh/host
  install -m 600 "$scratch/given/key.pub" etc/test-ssh/keys
  cat >etc/test-ssh/config <<'CONFIG'
HostKey /etc/test-ssh/host
AuthorizedKeysFile /etc/test-ssh/keys
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
StrictModes no
SetEnv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CONFIG
}

# make_machine: what is done once, when it is made.
make_machine() {
  make_units
  make_ssh
  echo "$name" >etc/hostname
  tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
}

# forget: what a kernel has no more after a boot. The network itself stays, as its cables would.
forget() {
  nft flush ruleset
  ip address flush dev lo scope global
}

boot() {
  mount --make-rprivate /
  cd "$scratch"
  mkdir -p changes work root given
  cp "$folder/key.pub" "$folder/$name.host" given/
  mount -t overlay overlay -o "lowerdir=$disk,upperdir=$scratch/changes,workdir=$scratch/work" root
  cd root
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  mount_groups sys/fs/cgroup
  mount -t tmpfs -o mode=755 run run
  mount -t tmpfs -o mode=1777 tmp tmp
  make_devices
  if [ ! -e "$scratch/made" ]; then
    make_machine
    touch "$scratch/made"
  fi
  forget
  # Over the former root, which is then taken away.
  pivot_root . .
  umount --lazy .
  # What systemd mounts for a unit is mounted elsewhere, and has to come to it.
  mount --make-rshared /
  exec env -i container=edge-tests PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --show-status=0
}

# run: boots it, and again as often as it asks.
run() {
  local code=129
  enter_group
  scratch=$(mktemp -d)
  mount -t tmpfs -o mode=755 node "$scratch"
  # By SIGHUP a kernel ends process 1 of a namespace that asked for a reboot: reboot(2).
  while [ $code -eq 129 ]; do
    code=0
    unshare --mount --pid --uts --ipc --cgroup --fork --kill-child "$0" "$disk" "$folder" "$name" "$scratch" || code=$?
  done
  exit $code
}

if [ "$1" = end ]; then
  remove_groups
  exit 0
fi
disk=$1
folder=$2
name=$3
scratch=${4-}
if [ -n "$scratch" ]; then
  boot
else
  run
fi
