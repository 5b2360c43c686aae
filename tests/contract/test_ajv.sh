#!/bin/sh
# The contract before outside judges: ajv agrees with the C reader on thousands of generated documents, redocly finds every file valid,
# and docs/messages.md is what `make docs` would write. XQ_SEED chooses other documents.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
B=${XQ_BUILD:-$here/build/debug}
B=${B#"$here"/}
work=$here/$B/test/contract
mkdir -p "$work"
make -s B="$B" MODE="${XQ_MODE:-debug}" "$B/test/contract_reader" "$B/bin/contractc" >"$work/make.log" 2>&1 || { cat "$work/make.log"; exit 1; }

if ! cmp -s tests/contract/package-lock.json tests/contract/node_modules/.installed; then
    (cd tests/contract && npm ci --omit=optional --ignore-scripts --no-audit --no-fund) >"$work/npm.log" 2>&1 || { cat "$work/npm.log"; exit 1; }
    cp tests/contract/package-lock.json tests/contract/node_modules/.installed
fi

bad=0 n=0
say() { # status, text
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi
}
"$B/bin/contractc" openapi schemas/api/*.json >"$work/openapi.json"
"$B/bin/contractc" messages schemas/api/*.json schemas/events/*.json >"$work/messages.md"
status=0
cmp "$work/messages.md" docs/messages.md || status=1
say $status "docs/messages.md is up to date (make docs)"

for f in schemas/api/*.json "$work/openapi.json"; do
    status=0
    REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true node tests/contract/node_modules/@redocly/cli/bin/cli.js lint \
        --config tests/contract/redocly.yaml --format=stylish "$f" >"$work/redocly.log" 2>&1 || status=1
    if [ "$status" -ne 0 ]; then sed 's/^/# /' "$work/redocly.log"; fi
    say $status "redocly lint $(basename "$f")"
done

for seed in 1 "${XQ_SEED:-2}"; do
    status=0
    node tests/contract/oracle.js "$B/test/contract_reader" "$work/openapi.json" 12000 "$seed" >"$work/oracle.log" || status=1
    if [ "$status" -ne 0 ]; then grep -A6 '^not ok' "$work/oracle.log" | sed 's/^not ok/# not ok/'; fi
    say $status "ajv and the C reader agree on $(grep -o '[0-9]* documents$' "$work/oracle.log" | tail -n 1), seed $seed"
done
echo "1..$n"
exit $bad
