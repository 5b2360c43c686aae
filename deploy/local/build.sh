#!/bin/sh
# Builds into build/MODE/: build.sh MODE [TARGET…]. The log is build/build-MODE.log; its end is shown when the build fails.
# One build of a mode at a time. One that was killed may leave half a file with a new date: what it had made is made again.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
mode=$1
shift
mark=build/building-$mode log=build/build-$mode.log
if ! { mkdir -p "build/$mode" && [ -w build ] && [ -w "build/$mode" ]; } 2>/dev/null; then
    echo "Cannot write in $here/build: it belongs to $(stat -c %U build 2>/dev/null || stat -c %U .)." >&2
    echo "Run this as that user, or give the folder to yourself: sudo chown -R $(id -un) $here" >&2
    exit 1
fi
exec 9>"build/lock-$mode"
flock 9
if [ -e "$mark" ]; then find "build/$mode" -newer "$mark" -type f -delete; fi
touch "$mark"
if ! make -s -j"$(nproc)" MODE="$mode" "$@" >"$log" 2>&1; then
    rm -f "$mark"
    tail -n 30 "$log" >&2
    echo "The build failed; the whole log is $here/$log" >&2
    exit 1
fi
rm -f "$mark"
