"""Rules that no compiler checks: who may include whom, where SQL may stand, and what SQL may say. Prints file:line: what."""
import glob, re, sys

FLOORS = ["base", "rules", "bus", "db", "service"]
found = 0


def say(file, line, what):
    global found
    found += 1
    print(f"{file}:{line}: {what}")


def lines(file):
    with open(file, encoding="utf-8") as f:
        return list(enumerate(f, 1))


def c_files(*patterns):
    return sorted(f for p in patterns for e in "ch" for f in glob.glob(f"{p}.{e}", recursive=True))


# --- C: floors, services, pure rules, SQL only through common/db -----------------------------------------------------------
services = [d.rstrip("/").split("/")[-1] for d in glob.glob("services/*/")]
for file in c_files("common/**/*", "services/**/*"):
    part = file.split("/")
    pure = part[1] == "rules" or re.search(r"_rules\.[ch]$", file)
    for n, line in lines(file):
        include = re.match(r'\s*#\s*include\s+[<"]([^>"]+)[>"]', line)
        name = include.group(1) if include else ""
        top = name.split("/")[0]
        if part[0] == "common":
            if top in FLOORS and part[1] in FLOORS and FLOORS.index(top) > FLOORS.index(part[1]):
                say(file, n, f"floor {part[1]} includes the higher floor {top}")
            if re.match(r"(services/|(" + "|".join(services) + r")\.(api|events)\.h)", name):
                say(file, n, f"common knows no service, but includes {name}")
        else:
            other = re.match(r"(?:\.\./|services/)(\w+)/", name)
            if other and other.group(1) != part[1]:
                say(file, n, f"a service includes another one: {name}")
            if re.match(r"libpq-fe|zmq|llhttp", name) and part[1] not in ("router", "gateway", "cli"):
                say(file, n, f"a service reaches PostgreSQL and the bus through common only, not {name}")
        if re.match(r"services/cli/demo", file) and re.match(r"(libpq|zmq|db/|bus/|cluster)", name):
            say(file, n, f"the demo is an outside client: HTTP only, not {name}")
        if pure and re.match(r"(libpq|zmq|jansson|time\.h|sys/time|db/|bus/bus|service/call)", name):
            say(file, n, f"rules are pure: no {name}")
        if part[:2] != ["common", "db"] and re.search(r"\bPQ(exec|prepare|sendQuery|sendPrepare|query)\w*\s*\(", line):
            say(file, n, "statements are sent by common/db only")
        if re.search(r"printf", line) and re.search(r"\bPQ\w+\(", line) and "PQerrorMessage" not in line:
            say(file, n, "printf near PQ: statements are never formatted")
        if re.search(r"\b(atoi|atol|atoll|sscanf|gets)\s*\(", line):
            say(file, n, "parse with strtoll and an end pointer, copy with a length")
        if re.search(r'"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s[^"]*\b(FROM|VALUES|SET|INTO)\b', line) and part[:2] != ["common", "db"]:
            say(file, n, "SQL lives in .sql files")


# --- SQL -------------------------------------------------------------------------------------------------------------------
def code(text):
    """The text without comments and strings, with the same lines."""
    text = re.sub(r"--[^\n]*", "", text)
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S)
    return re.sub(r"'(?:[^']|'')*'", lambda m: "''" + "\n" * m.group(0).count("\n"), text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


migrations = sorted(glob.glob("schemas/sql/**/*.sql", recursive=True))
statements = sorted(glob.glob("services/*/*.sql") + glob.glob("common/*/*.sql"))
for file in migrations + statements:
    raw = open(file, encoding="utf-8").read()
    text = code(raw)
    helpers = file.startswith("schemas/sql/xq/") and "/service/" not in file
    for pattern, what in [
        (r"\bnow\s*\(\)|\bcurrent_timestamp\b|\bclock_timestamp\s*\(", "time is a parameter"),
        (r"\bGRANT\b[^;]*\b(DELETE|TRUNCATE)\b[^;]*\bON\b", "nothing is deleted: no such right is granted"),
        (r"\b(char|character)\s*\(\s*\d", "char(n) does not use keys: text or int"),
        (r"\b(DELETE\s+FROM|TRUNCATE)\b", "nothing is deleted"),
        (r"\b(double precision|float4|float8|real|money)\b(?!\w)", "no floats, no money type: bigint fen"),
    ]:
        if helpers and "DELETE" in pattern:
            continue
        if "DELETE" in pattern and "GRANT" not in pattern and file in migrations:
            continue
        for m in re.finditer(pattern, text, re.I):
            if "money" in m.group(0).lower():
                continue  # a word of ours: a kind of need line
            say(file, line_of(text, m.start()), what)
    if not helpers:
        for m in re.finditer(r"\bCREATE\s+(CONSTRAINT\s+)?TRIGGER\b", text, re.I):
            say(file, line_of(text, m.start()), "triggers are made by xq.guard only")
    for m in re.finditer(r"\bCONSTRAINT\s+(\w+)", text):
        if len(m.group(1)) > 45:
            say(file, line_of(text, m.start()), f"{m.group(1)} is longer than 45 bytes: shards append to it")
    for m in re.finditer(r"\bINSERT\s+INTO\b[^;]*", text, re.I):
        block = re.split(r"\n\s*\n", m.group(0))[0] if file in statements else m.group(0)
        if re.search(r"\bSELECT\b", block, re.I) and not re.search(r"\bON\s+CONFLICT\b|\bRETURNING\b", block, re.I):
            say(file, line_of(text, m.start()), "INSERT … SELECT needs ON CONFLICT or RETURNING")
    if file in migrations and not helpers:
        raw_code = re.sub(r"--[^\n]*", "", raw)
        for m in re.finditer(r"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w@.]+)", raw_code, re.I):
            after = raw_code[m.end():].split(";", 2)
            if len(after) < 2 or not re.search(r"xq\.(distribute|reference)\s*\(\s*'" + re.escape(m.group(1)) + "'", after[1]):
                say(file, line_of(raw_code, m.start()), f"{m.group(1)} is neither distributed nor a reference table in the next statement")

print(f"# {found} found in {len(migrations)} migrations, {len(statements)} statement files and the C files")
sys.exit(found > 0)
