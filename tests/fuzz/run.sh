#!/bin/sh
# make fuzz: each target for so many seconds (FUZZ_SECONDS, default 60) under ASan and UBSan, from its seeds and what earlier
# runs kept in build/fuzz/<target>/. Prints one TAP line a target.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
seconds=${FUZZ_SECONDS:-60}
targets=${*:-http body frames config params}
sh deploy/local/packages.sh test
mkdir -p build/fuzz
make -s -j"$(nproc)" MODE=fuzz CC=clang fuzzers >build/fuzz/build.log 2>&1 || { tail -n 20 build/fuzz/build.log; exit 1; }
/usr/bin/python3 tests/fuzz/seeds.py build/fuzz
k=0 failed=0
for t in $targets; do
    k=$((k + 1))
    # A configuration that ends the program leaves libconfig's memory behind here: the one target without leak detection.
    more='' leaks=1
    if [ "$t" = config ]; then more='-rss_limit_mb=8192' leaks=0; fi
    mkdir -p "build/fuzz/$t/corpus"
    # shellcheck disable=SC2086 # options
    if ASAN_OPTIONS=detect_leaks=$leaks "build/fuzz-clang/test/fuzz_$t" -max_total_time="$seconds" -timeout=5 -max_len=16384 -artifact_prefix="build/fuzz/$t/" \
        -print_final_stats=1 $more "build/fuzz/$t/corpus" "build/fuzz/$t/seeds" >"build/fuzz/$t/log" 2>&1; then
        echo "ok $k - fuzz_$t: $(sed -n 's/^stat::number_of_executed_units: */ /p' "build/fuzz/$t/log") inputs in $seconds s"
    else
        failed=1
        echo "not ok $k - fuzz_$t (build/fuzz/$t/log)"
        tail -n 25 "build/fuzz/$t/log" | sed 's/^/# /'
    fi
done
echo "1..$k"
exit $failed
