#!/bin/sh
# Unpacks Debian's llhttp sources (package node-llhttp) into build/llhttp/ without installing them, since that would pull Node.js.
# Does nothing when they are there already, or installed. Needs apt's package lists; no root.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
to=$here/build/llhttp
if [ -f /usr/share/llhttp/llhttp.c ] || [ -f "$to/usr/share/llhttp/llhttp.c" ]; then exit 0; fi
mkdir -p "$here/build"
work=$(mktemp -d "$here/build/llhttp.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
# apt hands the download to its own user, who may not reach this folder: then it says so and downloads as us.
if ! (cd "$work" && apt-get download node-llhttp >apt.log 2>&1); then
    cat "$work/apt.log" >&2
    echo "llhttp.sh: could not download the Debian package node-llhttp; run 'apt-get update' as root and try again" >&2
    exit 1
fi
dpkg-deb -x "$work"/node-llhttp_*.deb "$work/root"
mkdir -p "$to"
rm -rf "${to:?}/usr"
mv "$work/root/usr" "$to/usr"
