"""Every named statement is PREPAREd and EXPLAINed as its service's role; the catalogue keeps the rules of the tables; every
constraint has a case in constraints_*.sql that breaks it on purpose. XQ_PG=conninfo takes any PostgreSQL, Citus included."""
import glob
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from database import ROOT, SERVICES, Database, done, ok, psql, skip  # noqa: E402

IN = ", ".join(f"'{s}'" for s in SERVICES)
APPEND_ONLY = ["outbox", "draw", "draw_commitment", "recused", "lot", "lot_move", "payment_part", "paid", "signature", "payable", "milestone_signature", "acceptance", "gift",
               "bulletin", "correction", "completion", "appraisal", "verdict", "heat_delta", "agreement_signature"]


def blocks(path):
    """[(name, statement)] of a .sql file, read as sql2h.awk reads it."""
    found, name, text = [], None, []
    for line in open(path, encoding="utf-8"):
        m = re.match(r"-- name:\s*(\S+)", line)
        if m:
            if name:
                found.append((name, "\n".join(text)))
            name, text = m.group(1), []
        elif name and not re.match(r"\s*(--|$)", line):
            text.append(line.rstrip("\n"))
    if name:
        found.append((name, "\n".join(text)))
    return [(n, t.rstrip().rstrip(";")) for n, t in found]


def prepared(path):
    """Without BEGIN and its like, which cannot be PREPAREd in SQL."""
    return [(n, t) for n, t in blocks(path) if re.match(r"(SELECT|INSERT|UPDATE|DELETE|WITH|VALUES)\b", t, re.I)]


def nulls(text):
    n = max([int(d) for d in re.findall(r"\$(\d+)", text)], default=0)
    return f"({', '.join(['NULL'] * n)})" if n else ""


def prepare(db, path, role, schema):
    """One psql session for a file; every complaint belongs to the block echoed before it."""
    script, names = [f"SET SESSION AUTHORIZATION {role}; SET search_path = {schema};"], []
    for name, text in prepared(path):
        names.append(name)
        script += [f"\\echo @@{name}", f"PREPARE {name} AS {text};", "\\o /dev/null", f"EXPLAIN EXECUTE {name}{nulls(text)};", "\\o"]
    said, current = {n: [] for n in names}, None
    for line in psql(db.conninfo, "\n".join(script)).splitlines():
        if line.startswith("@@"):
            current = line[2:]
        elif "ERROR" in line and current:
            said[current].append(line)
    short = os.path.relpath(path, ROOT)
    for n in names:
        ok(not said[n], f"prepare {short} {n} as {role}", *said[n])


def prepare_all(db):
    for service in SERVICES:
        for path in sorted(glob.glob(f"{ROOT}/services/{service}/*.sql")) + sorted(glob.glob(f"{ROOT}/common/service/*.sql")):
            prepare(db, path, f"xq_{service}", service)
    for path in sorted(glob.glob(f"{ROOT}/common/db/*.sql")) + sorted(glob.glob(f"{ROOT}/services/cli/*.sql")):
        prepare(db, path, "DEFAULT" if path.endswith("/migrate.sql") else "xq_owner", "xq")


# What may read a whole street, or a table without one, on purpose; all else finds its rows by a key, also when tables are still empty.
WHOLE = {
    "one row a street": "after_head head_get heads_get heat_gate like_gate notice_gate_lock notice_gate_close heat_streets",
    "one row a process": "heat_news",
    "a reference table of a few hundred rows, a few times a year": "notice_regions ambassador_pool",
    "a page of a list": "campaign_list heat_list notice_list agreement_list claim_list fair_list need_line_list offer_list bulletin_list"
                        " lot_list payment_list",
    "what a fair settles": "fair_others fair_lines fair_unclaimed",
    "the report is a fold of its street": "report_get",
}


def scans(node):
    """(table or index, how it is entered) of every scan of a plan."""
    kind = node["Node Type"]
    if kind == "Seq Scan":
        yield node["Relation Name"], ""
    elif kind in ("Index Scan", "Index Only Scan", "Bitmap Index Scan"):
        yield node.get("Relation Name", node["Index Name"]), node.get("Index Cond", "")
    for child in node.get("Plans", []):
        yield from scans(child)


def plans(db):
    """On empty tables, with the settings of its service's role, no statement outside WHOLE scans a street."""
    allowed, used, wrong, n = set(" ".join(WHOLE.values()).split()), set(), [], 0
    for service in SERVICES:
        settings = [f"SET {s.replace('=', ' = ', 1)};" for (s,) in db.rows(
            f"SELECT split_part(c, '=', 1) || '=' || quote_literal(substr(c, strpos(c, '=') + 1)) FROM pg_roles, unnest(rolconfig) c"
            f" WHERE rolname = 'xq_{service}';")]
        script = [f"SET SESSION AUTHORIZATION xq_{service};", *settings, "SET plan_cache_mode = force_generic_plan;"]
        for path in sorted(glob.glob(f"{ROOT}/services/{service}/*.sql")) + sorted(glob.glob(f"{ROOT}/common/service/*.sql")):
            for name, text in prepared(path):
                script += [f"\\echo @@{name}", f"PREPARE {name} AS {text};", f"EXPLAIN (COSTS OFF, FORMAT JSON) EXECUTE {name}{nulls(text)};"]
        for part in psql(db.conninfo, "\n".join(script)).split("@@")[1:]:
            name, _, plan = part.partition("\n")
            n += 1
            for table, condition in scans(json.loads(plan)[0]["Plan"]):
                if re.fullmatch(r"\(?(\w+\.)?street = [^ ]+\)?|", condition):
                    used.add(name)
                    if name not in allowed:
                        wrong.append(f"{service} {name}: {table} by {condition or 'nothing'}")
    ok(n > 200 and not wrong, f"{n} plans made on empty tables look rows up by their keys", *wrong)
    ok(not allowed - used, "every statement that may read a whole street does", *sorted(allowed - used))


def none(db, text, sql):
    """A rule is a query that finds nothing."""
    found = db.rows(sql)
    ok(not found, text, *["\t".join(f) for f in found[:20]])


def catalogue(db, reference):
    ref = ", ".join(f"'{r}'::regclass" for r in sorted(reference))
    tables = f"""(SELECT c.oid, n.nspname AS schema, c.relname AS name, c.oid::regclass::text AS full, c.oid IN ({ref}) AS reference
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ({IN}))"""
    roles = f"(SELECT oid, rolname, substr(rolname, 4) AS service FROM pg_roles WHERE rolname IN ({', '.join(chr(39) + 'xq_' + s + chr(39) for s in SERVICES)}))"
    none(db, "service roles own nothing", f"SELECT r.rolname, c.relname FROM {roles} r JOIN pg_class c ON c.relowner = r.oid"
         f" UNION ALL SELECT r.rolname, p.proname FROM {roles} r JOIN pg_proc p ON p.proowner = r.oid"
         f" UNION ALL SELECT r.rolname, n.nspname FROM {roles} r JOIN pg_namespace n ON n.nspowner = r.oid;")
    none(db, "service roles and the owner are no superusers", "SELECT rolname FROM pg_roles WHERE rolname LIKE 'xq\\_%' AND rolname <> 'xq_admin'"
         " AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR NOT rolcanlogin);")
    none(db, "service roles may create nothing", f"SELECT r.rolname, n.nspname FROM {roles} r, pg_namespace n WHERE has_schema_privilege(r.oid, n.oid, 'CREATE')"
         f" UNION ALL SELECT rolname, 'database' FROM {roles} r WHERE has_database_privilege(r.oid, current_database(), 'CREATE')"
         f" OR has_database_privilege(r.oid, current_database(), 'TEMP');")
    none(db, "no DELETE, TRUNCATE, TRIGGER or REFERENCES for service roles",
         f"SELECT r.rolname, t.full FROM {roles} r, {tables} t WHERE has_table_privilege(r.oid, t.oid, 'DELETE, TRUNCATE, TRIGGER, REFERENCES') ORDER BY 1, 2;")
    none(db, "no right in another service's tables",
         f"SELECT r.rolname, t.full FROM {roles} r, {tables} t WHERE t.schema <> r.service AND (has_table_privilege(r.oid, t.oid, 'SELECT, INSERT, UPDATE')"
         f" OR has_any_column_privilege(r.oid, t.oid, 'SELECT, INSERT, UPDATE'));")
    none(db, "UPDATE is granted by columns", f"SELECT r.rolname, t.full FROM {roles} r, {tables} t WHERE has_table_privilege(r.oid, t.oid, 'UPDATE');")
    names = ", ".join(f"'{n}'" for n in APPEND_ONLY)
    none(db, "append-only tables are append-only", f"SELECT r.rolname, t.full FROM {roles} r, {tables} t WHERE t.name IN ({names})"
         f" AND has_any_column_privilege(r.oid, t.oid, 'UPDATE');")
    none(db, "PUBLIC may do nothing", f"SELECT t.full FROM {tables} t JOIN pg_class c ON c.oid = t.oid, aclexplode(c.relacl) a WHERE a.grantee = 0"
         f" UNION ALL SELECT nspname FROM pg_namespace, aclexplode(nspacl) a WHERE nspname IN ({IN}, 'xq') AND a.grantee = 0;")
    none(db, "every table has a primary key", f"SELECT t.full FROM {tables} t WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'p');")
    none(db, "every unique index begins with street, but in reference tables",
         f"SELECT t.full, i.indexrelid::regclass FROM {tables} t JOIN pg_index i ON i.indrelid = t.oid"
         f" WHERE NOT t.reference AND (i.indisunique OR i.indisexclusion)"
         f" AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = i.indkey[0]) IS DISTINCT FROM 'street';")
    none(db, "street is int, NOT NULL and checked", f"SELECT t.full FROM {tables} t WHERE NOT t.reference AND (NOT EXISTS (SELECT FROM pg_attribute a"
         f" WHERE a.attrelid = t.oid AND a.attname = 'street' AND a.atttypid = 'int4'::regtype AND a.attnotnull) OR NOT EXISTS (SELECT FROM pg_constraint k"
         f" WHERE k.conrelid = t.oid AND k.contype = 'c' AND pg_get_constraintdef(k.oid) LIKE '%street >= 100000000%street <= 999999999%'));")
    none(db, "foreign keys carry street, or point to a reference table",
         f"SELECT t.full, k.conname FROM {tables} t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f' WHERE CASE WHEN k.confrelid IN ({ref}) THEN false"
         f" WHEN t.reference THEN true ELSE NOT EXISTS (SELECT FROM unnest(k.conkey, k.confkey) AS x (a, b) JOIN pg_attribute p ON p.attrelid = k.conrelid AND p.attnum = x.a"
         f" JOIN pg_attribute q ON q.attrelid = k.confrelid AND q.attnum = x.b WHERE p.attname = 'street' AND q.attname = 'street') END;")
    none(db, "constraint names have at most 45 bytes", f"SELECT t.full, k.conname FROM {tables} t JOIN pg_constraint k ON k.conrelid = t.oid WHERE octet_length(k.conname) > 45;")
    none(db, "no constraint was named by PostgreSQL", f"SELECT t.full, k.conname FROM {tables} t JOIN pg_constraint k ON k.conrelid = t.oid"
         f" WHERE k.conname ~ ('^' || t.name || '_((.*_)?(pkey|check|fkey|excl)|.+_key)[0-9]*$');")
    none(db, "no char(n), no float", f"SELECT t.full, a.attname FROM {tables} t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped"
         f" WHERE a.atttypid IN ('bpchar'::regtype, 'float4'::regtype, 'float8'::regtype, 'money'::regtype);")
    none(db, "no default is a clock", f"SELECT t.full FROM {tables} t JOIN pg_attrdef d ON d.adrelid = t.oid WHERE pg_get_expr(d.adbin, d.adrelid) ~ 'now\\(|clock_|CURRENT_|LOCALTIME';")


def files():
    """Rules that only the text can show. Returns the reference tables."""
    reference, paths = set(), sorted(glob.glob(f"{ROOT}/schemas/sql/**/*.sql", recursive=True))
    for path in paths:
        short, text = os.path.relpath(path, ROOT), open(path, encoding="utf-8").read()
        bare = re.sub(r"--[^\n]*", "", text)
        for service in SERVICES if "@service@" in text else [""]:
            reference |= {r.replace("@service@", service) for r in re.findall(r"xq\.reference\('([^']+)'\)", bare)}
        missing = [t for t in re.findall(r"CREATE TABLE (\S+)", bare) if not re.search(rf"xq\.(distribute|reference)\('{re.escape(t)}'", bare)]
        ok(not missing, f"{short}: every table is distributed or a reference", *missing)
        outside = re.sub(r"xq\.guard\((\$\w*\$.*?\$\w*\$|'(?:[^']|'')*')\)", "", bare, flags=re.S)
        ok("CREATE TRIGGER" not in outside and "CREATE CONSTRAINT TRIGGER" not in outside, f"{short}: triggers only through xq.guard")
    for path in sorted(glob.glob(f"{ROOT}/services/*/*.sql") + glob.glob(f"{ROOT}/common/*/*.sql")):
        for name, text in blocks(path):
            if re.search(r"\bnow\(\)|clock_timestamp|CURRENT_(TIME|DATE)|\bpg_notify\b", text, re.I):
                ok(False, f"{os.path.relpath(path, ROOT)} {name}: time is a parameter")
            if re.search(r"\bINSERT INTO\b.*\bSELECT\b", text, re.S) and not re.search(r"ON CONFLICT|RETURNING", text):
                ok(False, f"{os.path.relpath(path, ROOT)} {name}: INSERT … SELECT without ON CONFLICT or RETURNING")
    return reference


def cases(path):
    """[(constraint, SQLSTATE, statements)] and the set-up before the first case."""
    setup, found = [], []
    for line in open(path, encoding="utf-8"):
        m = re.match(r"-- case:\s*(\S+)\s+(\w{5})", line)
        if m:
            found.append((m.group(1), m.group(2), []))
        elif not line.startswith("--"):
            (found[-1][2] if found else setup).append(line)
    return "".join(setup), [(c, s, "".join(t)) for c, s, t in found]


def attempts(db, service, setup, tries):
    """What psql says to each try; each runs as the owner in a transaction of its own, after the set-up, and is rolled back."""
    script = [f"SET search_path = {service};"]
    for n, text in enumerate(tries):
        script += [f"\\echo @@{n} setup", "BEGIN;", setup, f"\\echo @@{n} try", text, "SET CONSTRAINTS ALL IMMEDIATE;", "ROLLBACK;"]
    said, current = {}, None
    for line in psql(db.conninfo, "\n".join(script).replace("@service@", service)).splitlines():
        m = re.match(r"@@(\d+) (setup|try)$", line)
        if m:
            current = (int(m.group(1)), m.group(2))
        said.setdefault(current, []).append(line)
    return [("\n".join(said.get((n, "setup"), [])), "\n".join(said.get((n, "try"), []))) for n in range(len(tries))]


def constraints(db):
    """Each case must fail with its SQLSTATE and its constraint; no constraint, unique index, guard or NOT NULL is without one."""
    covered, setups = set(), {s: "" for s in SERVICES}
    for path in sorted(glob.glob(f"{ROOT}/tests/sql/constraints_*.sql")):
        name = os.path.basename(path)[len("constraints_"):-len(".sql")]
        setup, found = cases(path)
        for service in SERVICES if name == "common" else [name]:
            setups[service] += setup
            for (constraint, state, _), (before, after) in zip(found, attempts(db, service, setup, [t for _, _, t in found])):
                covered.add((service, constraint))
                ok("ERROR" not in before and re.search(rf"ERROR: +{state}:", after)
                   and (db.citus or re.search(rf"CONSTRAINT NAME: +{constraint}$", after, re.M)),
                   f"broken: {service} {constraint} {state}", before, after)
    there = {tuple(r) for r in db.rows(
        f"SELECT n.nspname, k.conname FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace"
        f" WHERE n.nspname IN ({IN}) AND k.contype IN ('c', 'u', 'p', 'f', 'x', 't')"
        f" UNION SELECT n.nspname, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE n.nspname IN ({IN}) AND i.indisunique"
        f" UNION SELECT n.nspname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE n.nspname IN ({IN}) AND NOT t.tgisinternal;")}
    for service in SERVICES:
        lacking = sorted(c for s, c in there - covered if s == service)
        ok(not lacking, f"every constraint of {service} is broken once", *lacking)
    ok(not covered - there, "every case names a constraint that exists", *sorted(covered - there))
    for service in SERVICES:
        not_null(db, service, setups[service])


def not_null(db, service, setup):
    """Every NOT NULL column of every table, in the rows of the set-up: a table without a row there fails too."""
    columns = db.rows(f"SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                      f" WHERE n.nspname = '{service}' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped"
                      f" AND a.attnotnull AND a.attgenerated = '' ORDER BY 1, 2;")
    wrong = []
    for (table, column), (before, after) in zip(columns, attempts(db, service, setup, [f"UPDATE {t} SET {c} = NULL;" for t, c in columns])):
        if "ERROR" in before or not re.search(rf'ERROR: +23502: .*column "{column}"', after):
            wrong.append(f"{table}.{column}: {before} {after}")
    ok(columns and not wrong, f"NOT NULL holds in {len(columns)} columns of {service}", *wrong[:20])


def migrations(db):
    first = db.migrate()
    if not ok(first.returncode == 0, "migrations apply", first.stdout):
        return False
    second = db.migrate()
    ok(second.returncode == 0 and not second.stdout, "a second run applies nothing", second.stdout)
    psql(db.conninfo, "UPDATE xq.migration SET sha256 = 'x' WHERE name = 'xq/0001_helpers.sql';")
    third = db.migrate()
    ok(third.returncode == 1 and "xq/0001_helpers.sql was changed" in third.stdout, "a changed file is refused by name", third.stdout)
    ok(db.rows("SELECT xq.id_street('018f0000-0000-7000-8000-000013ad0001');") == [[str(0x13AD0001)]], "id_street reads the last 30 bits")
    return True


def main():
    db = Database()
    try:
        reference = files()
        if migrations(db):
            prepare_all(db)
            if not db.citus:
                plans(db)
            catalogue(db, reference)
            constraints(db)
        if not db.citus:
            skip("the same on Citus", "the server of XQ_PG has no such extension")
    finally:
        db.drop()
    done()


main()
