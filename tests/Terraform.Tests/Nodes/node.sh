#!/bin/bash
# A node of tests: this machine's own root, changed in memory alone, in mount and process namespaces of its own, with a real sshd.
# Started in the node's network namespace: unshare --mount --pid --fork --kill-child node.sh FOLDER NAME
# FOLDER has systemctl.sh, key.pub (who may come) and NAME.host (the node's host key).
set -euo pipefail
folder=$1
name=$2

mount --make-rprivate /
scratch=$(mktemp -d)
mount -t tmpfs -o mode=755 node "$scratch"
mkdir "$scratch/changes" "$scratch/work" "$scratch/root" "$scratch/given"
cp "$folder/systemctl.sh" "$folder/key.pub" "$folder/$name.host" "$scratch/given/"
mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/changes,workdir=$scratch/work" "$scratch/root"
root=$scratch/root
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
# What root's shell begins with here is not the node's: it may wait for locks that nobody there has.
mount -t tmpfs -o mode=700 home "$root/root"
# What the machine itself may have of ours is none of the node's.
rm -rf "$root/opt/edge" "$root/etc/edge"

install -m 755 "$scratch/given/systemctl.sh" "$root/usr/local/bin/systemctl"
cat >"$root/usr/local/bin/journalctl" <<'SCRIPT'
#!/bin/bash
tail -n 20 /run/test-units/*/log
SCRIPT
chmod 755 "$root/usr/local/bin/journalctl"
mkdir -p "$root/run/sshd" "$root/etc/test-ssh"
install -m 600 "$scratch/given/$name.host" "$root/etc/test-ssh/host"
install -m 600 "$scratch/given/key.pub" "$root/etc/test-ssh/keys"
cat >"$root/etc/test-ssh/config" <<'CONFIG'
HostKey /etc/test-ssh/host
AuthorizedKeysFile /etc/test-ssh/keys
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
StrictModes no
SetEnv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CONFIG
exec chroot "$root" /usr/sbin/sshd -D -e -f /etc/test-ssh/config
