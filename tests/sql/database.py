"""A scratch database on the server of XQ_PG, migrated by the build's own migrator; statements through psql. Used by test_*.py here."""
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("XQ_BUILD", os.path.join(ROOT, "build/debug"))
SERVICES = ["intake", "voting", "matching", "supervision", "notification"]
PSQL = shutil.which("psql") or next((p for p in ("/usr/lib/postgresql/15/bin/psql",) if os.path.exists(p)), "psql")

count = failures = 0


def ok(good, text, *more):
    """One TAP line; what explains a failure follows as comments."""
    global count, failures
    count += 1
    failures += not good
    print(f"{'ok' if good else 'not ok'} {count} - {text}")
    if not good:
        for line in more:
            print("# " + str(line).replace("\n", "\n# "))
    return good


def skip(text, why):
    """One TAP line of what cannot be tried here; tests/run.sh shows it."""
    global count
    count += 1
    print(f"ok {count} - {text} # SKIP {why}")


def done():
    print(f"1..{count}")
    sys.exit(1 if failures else 0)


def psql(conninfo, text, *options):
    """Runs a script; both outputs together, in order."""
    r = subprocess.run([PSQL, "-XqAt", "-F", "\t", "-v", "VERBOSITY=verbose", *options, conninfo], input=text, text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "PGCLIENTENCODING": "UTF8", "LC_ALL": "C"})
    return r.stdout


class Database:
    def __init__(self):
        base = os.environ.get("XQ_PG")
        if not base:
            print("1..0 # SKIP XQ_PG names no PostgreSQL (sh tests/pg.sh start DIR)")
            sys.exit(0)
        self.admin, self.name = base, f"xq_test_{os.getpid()}"
        psql(base, f"CREATE DATABASE {self.name};")
        self.conninfo = re.sub(r"\bdbname=\S+", "", base) + f" dbname={self.name}"
        self.citus = psql(base, "SELECT count(*) FROM pg_extension WHERE extname = 'citus';").strip() == "1"
        if self.citus:
            psql(self.conninfo, "CREATE EXTENSION citus;")

    def migrate(self):
        return subprocess.run([os.path.join(BUILD, "test/migrate"), self.conninfo, os.path.join(ROOT, "schemas/sql")], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def rows(self, text):
        return [line.split("\t") for line in psql(self.conninfo, text).splitlines()]

    def drop(self):
        psql(self.admin, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE);")
