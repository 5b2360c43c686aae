#!/bin/sh
# One command from a bare Debian 12 to the running suite with its demo: sh deploy/local/up.sh [--detach] [--fresh] [--no-demo] [--port N]
# Installs what is missing, builds, then hands over to `xq up`, which says what it does. Can be run again at any time.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"

for option in "$@"; do
    case $option in
    -h | --help)
        echo 'usage: sh deploy/local/up.sh [--detach] [--fresh] [--no-demo] [--port N]'
        echo '  --detach   go to the background when everything runs (stop with build/release/bin/xq down)'
        echo '  --fresh    throw the data of .run/ away and begin again'
        echo '  --no-demo  leave an empty database empty'
        echo '  --port N   the port of the HTTP gateway on 127.0.0.1 (default 8080)'
        exit 0
        ;;
    esac
done

sh deploy/local/packages.sh build
echo 'Building (release mode, build/release/bin/) …'
sh deploy/local/build.sh release
exec build/release/bin/xq up "$@"
