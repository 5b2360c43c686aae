#!/bin/sh
# make lint: warnings as errors with gcc and clang, clang-format, clang-tidy, cppcheck, shellcheck, and our own rules (tests/lint_rules.py).
# Speaks TAP. Files that did not change since they were last clean are not read again (stamps in build/lint); XQ_LINT_ALL=1 forgets them.
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here" || exit 1
out=build/lint
B=build/debug
[ -z "${XQ_LINT_ALL:-}" ] || rm -rf "$out"
mkdir -p "$out"
n=0 bad=0
say() { # status, text, log to show when it failed
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        [ -z "${3:-}" ] || grep -v 'warnings generated' "$3" | head -n 40 | sed 's/^/# /'
        bad=1
    fi
}
# By git where it knows this tree (whoever owns it), else (an unpacked archive) whatever is not built.
files() {
    if git -c safe.directory='*' rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -c safe.directory='*' ls-files --cached --others --exclude-standard "$@"
    else
        for pattern in "$@"; do
            find . \( -name build -o -name node_modules -o -name .run \) -prune -o -type f -path "./$pattern" -print
        done
    fi | sed 's|^\./||' | while read -r f; do [ -e "$f" ] && echo "$f"; done
}
[ "$(files '*.c' | wc -l)" -gt 100 ] || { echo "not ok 1 - lint finds the sources"; exit 1; }

for cc in gcc clang; do
    make -j2 CC=$cc MODE=debug all tests >"$out/$cc.log" 2>&1
    status=$?
    grep -E -A5 'error|warning|\*\*\*' "$out/$cc.log" >"$out/$cc.short"
    say $status "no warnings: $cc" "$out/$cc.short"
done

# shellcheck disable=SC2046 # names of C files have no spaces
clang-format --dry-run -Werror $(files '*.c' '*.h') >"$out/format.log" 2>&1
say $? 'clang-format (make format)' "$out/format.log"

# One file through clang-tidy; its stamp holds a checksum of all that it read.
cat >"$out/tidy.sh" <<'TIDY'
f=$1 B=$2 out=$3
stamp=$out/$(echo "$f" | tr / _).tidy
llhttp=$(for d in /usr/share/include/llhttp build/llhttp/usr/share/include/llhttp; do [ -d "$d" ] && echo "$d"; done | head -n 1)
services=
for s in services/*/; do services="$services -I${s%/}"; done
set -- -std=c11 -D_GNU_SOURCE -DXQ_VERSION='"lint"' -I. -Icommon "-I$B" "-I$B/gen" "-I$B/common" "-I$(dirname "$f")" \
    "-I$B/$(dirname "$f")" -Itests/unit -Itests/service -isystem "${llhttp:-.}" \
    $(pkg-config --cflags libzmq jansson libconfig libpq libsodium libcrypto cjose libcurl libutf8proc)
case $f in tests/*) set -- "$@" $services ;; esac
read_files=$(clang "$@" -MM -MT x "$f" 2>/dev/null | sed 's/^x://; s/\\$//' | tr -s ' \n' '\n\n' | grep -v '^$')
sum=$(cat .clang-tidy tests/.clang-tidy $read_files 2>/dev/null | cksum)
[ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && exit 0
if timeout 300 clang-tidy --quiet "$f" -- "$@" >"$stamp.log" 2>/dev/null; then echo "$sum" >"$stamp"; else rm -f "$stamp"; exit 1; fi
TIDY
rm -f "$out"/*.tidy.log
files '*.c' | xargs -P2 -I{} sh "$out/tidy.sh" {} "$B" "$out"
status=$?
cat "$out"/*.tidy.log >"$out/tidy.all" 2>/dev/null
say $status 'clang-tidy' "$out/tidy.all"

# cppcheck 2.10 does not follow _Noreturn into config.c, an assignment through ?: in group.c, or steal() in db.c.
mkdir -p "$out/cppcheck"
cppcheck --quiet -j2 --cppcheck-build-dir="$out/cppcheck" --enable=warning,portability --std=c11 --inline-suppr --error-exitcode=1 \
    --suppress=missingInclude --suppress=unknownMacro --suppress=internalAstError:common/db/db.c \
    --suppress=nullPointerRedundantCheck:common/base/config.c --suppress=uninitvar:common/service/group.c -D_GNU_SOURCE -DXQ_VERSION='"lint"' -Icommon common services schemas \
    >"$out/cppcheck.log" 2>&1
say $? 'cppcheck' "$out/cppcheck.log"

# shellcheck disable=SC2046
shellcheck $(files '*.sh' .ci/run) >"$out/shellcheck.log" 2>&1
say $? 'shellcheck' "$out/shellcheck.log"

/usr/bin/python3 tests/lint_rules.py >"$out/rules.log" 2>&1
status=$?
say $status 'rules of the house (tests/lint_rules.py)' "$out/rules.log"
echo "1..$n"
exit $bad
