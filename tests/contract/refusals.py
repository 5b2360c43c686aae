"""Changes one thing of the sample contract at a time; the compiler must refuse it, naming the place."""
import copy, json, os, subprocess, sys, tempfile

compiler = sys.argv[1]
sample = json.load(open("tests/contract/sample/sample.json"))
LIKE = "/paths/~1v1~1projects~1{project}~1like/put"
MAKE = "/paths/~1v1~1streets~1{street}~1samples/post"
LIST = "/paths/~1v1~1streets~1{street}~1samples/get"
BODY = LIKE + "/requestBody/content/application~1json/schema"
FIELD = "/components/schemas/sample/properties/"
GONE = object()
cases = [  # where, what it becomes, place that is named, words
    (FIELD + "title/maxLength", GONE, FIELD + "title", '"maxLength" is missing'),
    (FIELD + "title/pattern", "^a", FIELD + "title/pattern", "not in our subset"),
    (FIELD + "title/minLength", 11, FIELD + "title", "minLength is greater"),
    (FIELD + "title/type", "number", FIELD + "title", "must be object, array, string, integer or boolean"),
    (FIELD + "title/type", ["string", "null"], FIELD + "title", "must be object, array, string, integer or boolean"),
    (FIELD + "title", {"oneOf": []}, FIELD + "title", "must be object"),
    (FIELD + "title/default", "x", FIELD + "title", "needs no default"),
    (FIELD + "id/format", "email", FIELD + "id/format", "must be uuid"),
    (FIELD + "id/maxLength", 36, FIELD + "id/maxLength", "not in our subset"),
    (FIELD + "amount_fen/minimum", GONE, FIELD + "amount_fen", '"minimum" is missing'),
    (FIELD + "amount_fen/maximum", 1.5, FIELD + "amount_fen/maximum", "must be an integer"),
    (FIELD + "amount_fen/maximum", 2**60, FIELD + "amount_fen/maximum", "must be an integer"),
    (FIELD + "pages/default", 101, FIELD + "pages/default", "in the range"),
    (FIELD + "mood/default", "sad", FIELD + "mood/default", "none of the words"),
    (FIELD + "kept/default", 1, FIELD + "kept/default", "true or false"),
    (FIELD + "words/maxItems", GONE, FIELD + "words", '"maxItems" is missing'),
    (FIELD + "words/uniqueItems", True, FIELD + "words/uniqueItems", "not in our subset"),
    (FIELD + "words/items", {"type": "array", "maxItems": 1, "items": {"type": "boolean"}}, FIELD + "words/items", "a list of lists"),
    (FIELD + "who/additionalProperties", GONE, FIELD + "who", '"additionalProperties": false is missing'),
    (FIELD + "who/properties/double", {"type": "boolean"}, FIELD + "who/properties/double", "no word of C"),
    (FIELD + "n_words", {"type": "boolean"}, "/components/schemas/sample", "collides"),
    (FIELD + "who", {"$ref": "#/components/schemas/sample"}, "/components/schemas/sample", "contains itself"),
    (FIELD + "who", {"$ref": "#/components/schemas/none"}, FIELD + "who", "leads nowhere"),
    ("/components/schemas/sample/required/0", "tittle", "/components/schemas/sample/required/0", "names no property"),
    ("/components/schemas/sample/required/10", "id", FIELD + "who", "cannot be optional"),
    (LIKE + "/x-retry", GONE, LIKE, '"x-retry" must be'),
    (LIKE + "/x-run", "sometimes", LIKE, '"x-run" must be'),
    (LIKE + "/x-who", GONE, LIKE, '"x-who" must list'),
    (LIKE + "/x-who/0", "king", LIKE + "/x-who/0", "no role"),
    (LIKE + "/x-colour", "red", LIKE + "/x-colour", "not in our subset"),
    (LIKE + "/x-act-in", "street", LIKE + "/x-act-in", "names no member"),
    (MAKE + "/x-act-in", "other", MAKE + "/x-act-in", "must name a required member"),
    (LIKE + "/security", [], LIKE, '"security" stands'),
    (LIKE + "/tags/0", "other", LIKE + "/tags", 'must be ["sample"]'),
    (LIKE + "/operationId", "sample_make", MAKE + "/operationId", "stands here twice"),
    (LIKE + "/operationId", "likePut", LIKE + "/operationId", "noun_verb"),
    (LIKE + "/parameters/0/name", "id", LIKE + "/parameters/0", "stands in the path"),
    (LIKE + "/parameters", GONE, LIKE, "the path names {project}"),
    (BODY + "/properties/project", {"type": "boolean"}, LIKE, 'two members are named "project"'),
    (LIKE + "/requestBody/required", GONE, BODY, '"required": true'),
    (LIKE + "/responses/default", GONE, LIKE + "/responses", 'one success and "default"'),
    (LIKE + "/responses/201", {"description": "x"}, LIKE + "/responses/201", "one success only"),
    (LIST + "/x-retry", "key", LIST + "/x-retry", "needs no retry"),
    (LIST + "/x-who/0", "person", LIST, '"security" stands'),
    ("/paths/~1v1~1samples/get/x-cache", 5, "/paths/~1v1~1samples/get/x-cache", "can be cached"),
    ("/openapi", "3.0.3", "/openapi", "must be 3.1"),
]


def change(doc, pointer, value):
    parts = [p.replace("~1", "/").replace("~0", "~") for p in pointer[1:].split("/")]
    for p in parts[:-1]:
        doc = doc[int(p) if isinstance(doc, list) else p]
    last = int(parts[-1]) if isinstance(doc, list) else parts[-1]
    if value is GONE:
        del doc[last]
    elif isinstance(doc, list) and last == len(doc):
        doc.append(value)
    else:
        doc[last] = value


def compile(doc, folder):
    file = os.path.join(folder, "sample.json")
    json.dump(doc, open(file, "w"))
    run = subprocess.run([compiler, "api", file, os.path.join(folder, "out")], capture_output=True, text=True)
    return run.returncode, run.stderr.replace(file, "")


bad = 0
with tempfile.TemporaryDirectory() as folder:
    status, said = compile(sample, folder)
    bad += status != 0
    print(f"{'ok' if status == 0 else 'not ok'} 1 - the sample itself is good {said}")
    for n, (where, value, place, words) in enumerate(cases, 2):
        doc = copy.deepcopy(sample)
        change(doc, where, value)
        status, said = compile(doc, folder)
        good = status == 1 and any(line.startswith(f"#{place}: ") and words in line for line in said.splitlines())
        bad += not good
        shown = "is gone" if value is GONE else f"= {json.dumps(value)[:50]}"
        print(f"{'ok' if good else 'not ok'} {n} - {where} {shown}: {words}")
        if not good:
            print(f"# wanted #{place}: …{words}…\n# status {status}: {said}")
print(f"1..{len(cases) + 1}")
sys.exit(bad > 0)
