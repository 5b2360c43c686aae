#!/bin/sh
# Installs the Debian 12 packages that are missing: packages.sh [run|build|test|bench]… (default: build). Root or sudo; nothing is asked.
# PostgreSQL is installed without letting its package start a cluster of its own.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)

run='postgresql-15 postgresql-client-15 libzmq5 libjansson4 libconfig9 libsodium23 libcjose0 libcurl4 libutf8proc2 curl ca-certificates procps'
build='gcc libc6-dev make pkg-config gawk libzmq3-dev libjansson-dev libconfig-dev libpq-dev libsodium-dev libssl-dev libcjose-dev
  libcurl4-openssl-dev libutf8proc-dev'
test='python3 git clang clang-tidy clang-format cppcheck shellcheck libclang-rt-14-dev nodejs npm wrk prometheus docker-compose'

bench='libmicrohttpd-dev'

wanted=$run
for group in "${@:-build}"; do
    case $group in
    run) ;;
    build) wanted="$wanted $build" ;;
    test)
        wanted="$wanted $build $test"
        # A Node.js that came with its own npm: Debian's npm package would clash with it.
        if command -v npm >/dev/null 2>&1; then wanted=$(echo "$wanted" | sed 's/nodejs npm//'); fi
        ;;
    bench) wanted="$wanted $bench" ;;
    *) echo "packages.sh: unknown group '$group' (run, build, test, bench)" >&2; exit 2 ;;
    esac
done

missing=
for package in $wanted; do
    state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) || state=
    [ "$state" = 'install ok installed' ] || missing="$missing $package"
done

as_root=
if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
root() { if [ -n "$as_root" ]; then sudo "$@"; else "$@"; fi; }

if [ -n "$missing" ]; then
    if [ -n "$as_root" ] && ! command -v sudo >/dev/null 2>&1; then
        echo "These Debian packages are missing and you are neither root nor have sudo:$missing" >&2
        echo "Ask an administrator to run: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    echo "Installing:$missing"
    # postgresql-common reads this before the package creates its default cluster.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        root mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    root apt-get update -qq
    quiet() { root env DEBIAN_FRONTEND=noninteractive "$@" 2>&1; }
    # shellcheck disable=SC2086 # a list of package names
    install() { quiet apt-get install -y -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 --no-install-recommends $missing; }
    # One that runs is waited for; one that was killed is completed first.
    if ! said=$(install) && ! { quiet dpkg --configure -a >/dev/null; said=$(install); }; then
        printf '%s\n' "$said" >&2
        exit 1
    fi
fi

# llhttp comes as sources inside a Debian package whose installation would pull Node.js: unpack it into build/ instead.
case " ${*:-build} " in
*build* | *test*)
    # Without package lists (a small image) the download fails: they are fetched then.
    if ! sh "$here/deploy/local/llhttp.sh" 2>/dev/null; then
        root apt-get update -qq
        sh "$here/deploy/local/llhttp.sh"
    fi
    ;;
esac
