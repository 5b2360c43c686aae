#!/bin/sh
# make bench: installs what the measurements need, builds ours in release mode and the peers, then runs bench.py with the same options.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
sh deploy/local/packages.sh test bench
mkdir -p build/bench
make -j"$(nproc)" all >build/bench/build.log 2>&1 || { tail -n 30 build/bench/build.log; exit 1; }
[ -d tests/bench/peer/node_modules ] || (cd tests/bench/peer && npm ci --silent --no-audit --no-fund)
cc -O2 -Wall -Wextra -I/usr/include/postgresql -o build/bench/naive tests/bench/peer/naive.c -lmicrohttpd -lpq -pthread
exec /usr/bin/python3 tests/bench/bench.py "$@"
