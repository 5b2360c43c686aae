#!/bin/sh
# What the contract compiler must refuse: the sample with one thing changed each, and the words it says.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
B=${XQ_BUILD:-$here/build/debug}
B=${B#"$here"/}
make -s B="$B" MODE="${XQ_MODE:-debug}" "$B/bin/contractc" >/dev/null
exec /usr/bin/python3 tests/contract/refusals.py "$B/bin/contractc"
