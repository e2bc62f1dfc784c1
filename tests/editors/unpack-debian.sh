#!/usr/bin/env bash
# Unpacks Debian packages into a folder, without installing anything.
#
#   unpack-debian.sh SUITE DIR own|host PACKAGE...
#
# SUITE  a Debian suite (`forky`), which need not be the one that runs here
# own    fetch every dependency down to libc, so that programs of a newer suite run here (through DIR/run)
# host   fetch only what this machine's own Debian lacks (the suite must be the machine's)
#
# apt gets a configuration, a package list and a cache of its own below DIR. The machine's are not touched.
set -euo pipefail

[ $# -ge 4 ] || { sed -n '2,12p' "$0" >&2; exit 2; }
suite=$1 dir=$2 base=$3
shift 3
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
apt=$dir/apt root=$dir/root

for tool in apt-get dpkg; do
  command -v "$tool" >/dev/null || { echo "$0: needs $tool (a Debian or a Debian-based machine)" >&2; exit 3; }
done
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keys" ] || { echo "$0: needs $keys (package debian-archive-keyring)" >&2; exit 3; }

mkdir -p "$apt"/{etc/apt.conf.d,state/lists/partial,cache/archives/partial} "$root"
case $base in
  own) : >"$apt/status" ;;
  host) cp /var/lib/dpkg/status "$apt/status" ;;
  *) echo "$0: third argument must be own or host, not $base" >&2; exit 2 ;;
esac
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
echo "deb [signed-by=$keys] $mirror $suite main" >"$apt/etc/sources.list"
# The sandbox user could not write below a folder of root's, and a machine whose clock is wrong
# would find the lists expired: what matters here is the signature, which is still checked.
cat >"$apt/apt.conf" <<CONF
Dir::Etc "$apt/etc";
Dir::Etc::sourcelist "$apt/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Debug::NoLocking "true";
CONF
export APT_CONFIG=$apt/apt.conf
apt-get -qq update
apt-get -qq -y --download-only install "$@"
for package in "$apt"/cache/archives/*.deb; do
  dpkg -x "$package" "$root"
done
rm -rf "$apt"

# Packages of a merged-/usr suite ship /usr/lib only, the links come from a package's script.
for link in lib lib64 bin sbin; do
  [ -e "$root/$link" ] || [ ! -e "$root/usr/$link" ] || ln -s "usr/$link" "$root/$link"
done

# A program of a newer suite needs that suite's libc, hence its loader too.
cat >"$dir/run" <<'RUN'
#!/bin/sh
# usage: run PATH-BELOW-ROOT ARGUMENT...
here=$(cd "$(dirname "$0")" && pwd)
root=$here/root
program=$1
shift
libraries=
for folder in "$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu; do
  libraries=$libraries:$folder
done
for loader in "$root"/lib64/ld-linux-*.so.* "$root"/lib/ld-linux-*.so.*; do
  if [ -e "$loader" ]; then
    exec "$loader" --argv0 "$root/$program" --library-path "${libraries#:}" "$root/$program" "$@"
  fi
done
echo "$0: no loader below $root" >&2
exit 3
RUN
chmod +x "$dir/run"
