#!/bin/sh
# All tests: sh tests/run.sh [NAME…] (also `make check`). Installs what tests need, builds, runs every part, and ends with
# `N passed, N failed` alone on a line (how many were skipped stands before it). NAME is a part (unit, sql, service, contract, suite) or a file of
# one; `lint` only when named (make lint is the same).
# Each test program speaks TAP; its whole output is kept in build/tests/<name>.log. XQ_MODE=asan runs the suite on that build.
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here" || exit 1
mode=${XQ_MODE:-debug}
B=build/$mode
logs=build/tests
export XQ_BUILD="$here/$B"

sh deploy/local/packages.sh test || exit 1

passed=0 failed=0 skipped=0
count() { # name, seconds it may take, command…
    name=$1 limit=$2
    shift 2
    log=$logs/$(echo "$name" | tr / _).log
    begun=$(date +%s)
    timeout -k 10 "$limit" "$@" >"$log" 2>&1
    status=$?
    ok=$(grep -c '^ok ' "$log")
    not=$(grep -c '^not ok ' "$log")
    skip=$(grep -c '^ok .*# SKIP' "$log")
    # A program that ended badly, or said nothing, has failed even if each line it printed was fine.
    if [ "$status" -ne 0 ] && [ "$not" -eq 0 ]; then not=1; fi
    if [ "$status" -eq 0 ] && [ "$((ok + not))" -eq 0 ]; then not=1; fi
    passed=$((passed + ok - skip)) failed=$((failed + not)) skipped=$((skipped + skip))
    printf '%-44s %4d passed %3d failed %3d skipped %4d s\n' "$name" "$((ok - skip))" "$not" "$skip" "$(($(date +%s) - begun))"
    if [ "$not" -gt 0 ]; then
        [ "$status" -eq 124 ] && echo "    stopped after $limit s"
        grep -A6 '^not ok ' "$log" | head -n 40 | sed 's/^/    /'
        [ "$(grep -c '^not ok ' "$log")" -eq 0 ] && tail -n 15 "$log" | sed 's/^/    /'
        echo "    (all of it: $log)"
    fi
    grep '# SKIP' "$log" | sed 's/^/    /'
}
wanted() { # part, file
    [ -z "$names" ] && return 0
    for name in $names; do
        case "$1/$2" in "$name" | "$name"/* | */"$name") return 0 ;; esac
    done
    return 1
}
names=$*

echo "Building ($mode) …"
sh deploy/local/build.sh "$mode" all unit tests || { printf '0 passed, 1 failed\n'; exit 1; }
mkdir -p "$logs"
find "$logs" -name '*.log' -exec rm -f {} +

# One private PostgreSQL for the parts that need nothing else of a server; suites start their own.
if [ -z "${XQ_PG:-}" ]; then
    pg=$(mktemp -d /tmp/xq-tests.XXXXXX) && chmod 711 "$pg" # the cluster runs as another user when we are root
    XQ_PG=$(sh tests/pg.sh start "$pg/pg") || { echo 'PostgreSQL did not start'; printf '0 passed, 1 failed\n'; exit 1; }
    trap 'sh tests/pg.sh stop "$pg/pg"; rm -rf "$pg"' EXIT
    trap 'exit 130' INT TERM
fi
export XQ_PG

for t in tests/unit/test_*.c; do
    n=$(basename "$t" .c)
    wanted unit "$n" && count "unit/$n" 120 "$B/test/$n"
done
for t in tests/sql/test_*.py; do
    n=$(basename "$t" .py)
    [ -e "$t" ] && wanted sql "$n" && count "sql/$n" 300 /usr/bin/python3 "$t"
done
for t in tests/service/test_*.c; do
    n=$(basename "$t" .c)
    [ -e "$t" ] && wanted service "$n" && count "service/$n" 180 "$B/test/$n"
done
for t in tests/contract/test_*.sh tests/contract/test_*.py; do
    n=$(basename "$t")
    [ -e "$t" ] || continue
    wanted contract "${n%.*}" || continue
    case $t in *.py) count "contract/${n%.*}" 300 /usr/bin/python3 "$t" ;; *) count "contract/${n%.*}" 300 sh "$t" ;; esac
done
for t in tests/suite/test_*.py; do
    n=$(basename "$t" .py)
    [ -e "$t" ] && wanted suite "$n" && count "suite/$n" 600 /usr/bin/python3 "$t"
done
if [ -n "$names" ] && wanted lint lint; then count lint/lint 600 sh tests/lint.sh --tap; fi

if [ "$skipped" -gt 0 ]; then echo "$skipped skipped: the lines above with # SKIP say why"; fi
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
