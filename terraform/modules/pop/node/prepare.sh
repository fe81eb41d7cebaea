# Whether this machine can be a node; its folders, and whose it is.
[ "$(id -u)" -eq 0 ] || fail "this needs root: let ssh_user be root, or one whose sudo asks nothing."
for program in systemctl systemd-sysusers systemd-tmpfiles tar gzip sha256sum sort base64 od timeout flock setpriv ip ss; do
  command -v $program >/dev/null || fail "$program is missing: a node is a Debian 12 or Ubuntu with systemd."
done
# Not in a pipe: grep would leave it early.
libraries=$(ldconfig -p)
grep -q 'libssl\.so\.3' <<<"$libraries" || fail "OpenSSL 3 is missing: apt-get install libssl3."
if [ -e /usr/lib/edge-sfu/bin/edge ]; then
  fail "the Debian package edge-sfu is installed, and would share its units and settings: apt-get purge edge-sfu first."
fi
hold
be_ours
[ -z "$owner" ] || claim
mkdir -p $base/versions $base/releases $base/incoming
chmod 700 $base/incoming
