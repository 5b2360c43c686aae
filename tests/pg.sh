#!/bin/sh
# A private PostgreSQL cluster for tests: pg.sh start DIR prints its conninfo, pg.sh stop DIR ends it (the data stay in DIR).
# Unix socket only, data checksums, fsync on, UTF8, C collation. As root it runs as `postgres`, or `nobody` where that user is missing.
set -eu

usage() {
    echo 'usage: sh tests/pg.sh start DIR | stop DIR' >&2
    exit 2
}
fail() {
    echo "pg.sh: $1" >&2
    exit 1
}
[ $# -eq 2 ] || usage

bin=
for d in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin; do
    if [ -x "$d/initdb" ]; then bin=$d && break; fi
done
[ -n "$bin" ] || fail "PostgreSQL's initdb is not in /usr/lib/postgresql/*/bin; sh deploy/local/packages.sh run installs it"

if [ "$(id -u)" -eq 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    as_user() { setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups env HOME=/nonexistent "$@"; }
else
    user=$(id -un)
    as_user() { "$@"; }
fi

start() {
    mkdir -p "$1"
    dir=$(cd "$1" && pwd)
    # A socket's whole path has at most 107 bytes.
    [ "$(printf %s "$dir/.s.PGSQL.5432" | wc -c)" -le 107 ] || fail "the path $dir is too long for a unix socket; take a shorter one"
    if [ "$(id -u)" -eq 0 ]; then chown "$user:" "$dir"; fi
    chmod 700 "$dir"
    cd /
    as_user test -w "$dir" || fail "user $user cannot reach $dir; take a folder under /tmp"
    if [ ! -d "$dir/data" ]; then
        rm -rf "$dir/data.new"
        as_user "$bin/initdb" -D "$dir/data.new" -U xq_admin --auth-local=trust --auth-host=reject --data-checksums \
            --encoding=UTF8 --locale=C --lc-ctype=C.UTF-8 >"$dir/initdb.log" 2>&1 || fail "initdb failed, see $dir/initdb.log"
        as_user tee -a "$dir/data.new/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
unix_socket_permissions = 0700
fsync = on
full_page_writes = on
synchronous_commit = on
max_connections = 200
logging_collector = off
log_line_prefix = '%m [%p] %u@%d %a '
CONF
        mv "$dir/data.new" "$dir/data"
    fi
    if ! as_user "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
        # As `xq up` does: see services/cli/cluster.c.
        as_user env MALLOC_TOP_PAD_=1048576 MALLOC_TRIM_THRESHOLD_=67108864 "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null 2>&1 || fail "PostgreSQL did not start, see $dir/log"
    fi
    have=$("$bin/psql" -XAtq -h "$dir" -U xq_admin -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'xiangqin'")
    [ "$have" = 1 ] || "$bin/createdb" -h "$dir" -U xq_admin xiangqin
    echo "host=$dir port=5432 dbname=xiangqin user=xq_admin"
}

stop() {
    [ -d "$1/data" ] || fail "there is no cluster in $1"
    dir=$(cd "$1" && pwd)
    cd /
    if as_user "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
        as_user "$bin/pg_ctl" -D "$dir/data" -m fast -w -t 60 stop >/dev/null || fail "PostgreSQL in $dir did not stop"
    fi
}

case $1 in
start) start "$2" ;;
stop) stop "$2" ;;
*) usage ;;
esac
