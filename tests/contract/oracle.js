'use strict';
// ajv against the C reader: the same verdict on generated documents of every request schema, valid ones and mutated ones.
// node oracle.js READER OPENAPI.json [DOCUMENTS] [SEED]
// Domain (where JSON itself is unambiguous): unique keys, valid Unicode, integers within 2^53 and written without fraction or exponent.
const fs = require('fs');
const { spawnSync } = require('child_process');
const Ajv = require('ajv/dist/2020');

const [reader, file, wanted = '12000', seedText = '1'] = process.argv.slice(2);
const api = JSON.parse(fs.readFileSync(file, 'utf8'));
let seed = Number(seedText) >>> 0;
const random = () => { // mulberry32
  seed = (seed + 0x6d2b79f5) >>> 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const digits = (n, first = '123456789') => pick([...first]) + Array.from({ length: n - 1 }, () => below(10)).join('');

// --- our formats, with the meaning that the C reader gives them ------------------------------------------------------
const days = (y, m) => [31, (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1];
const date = (s) => {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(s);
  return !!m && +m[1] >= 1900 && +m[1] <= 2999 && +m[2] >= 1 && +m[2] <= 12 && +m[3] >= 1 && +m[3] <= days(+m[1], +m[2]);
};
const time = (s) => {
  const m = /^(.{10})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,6})?([Zz]|[+-](\d{2}):(\d{2}))$/.exec(s);
  return !!m && date(m[1]) && +m[2] < 24 && +m[3] < 60 && +m[4] < 60 && (m[7] === undefined || (+m[7] < 24 && +m[8] < 60));
};
const formats = {
  uuid: (s) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(s) && !/^[0-]*$/.test(s),
  'date-time': time,
  date,
  region: (s) => /^[1-9]\d*$/.test(s) && [6, 9, 12, 15, 18].includes(s.length),
  sha256: (s) => /^[0-9a-f]{64}$/.test(s),
};
const ajv = new Ajv({ strict: true, allErrors: true, formats, keywords: ['x-description-zh', 'x-summary-zh'] });

// --- valid documents ---------------------------------------------------------------------------------------------------
const letters = ['a', 'Z', '7', ' ', '白', '日', '😀', '"', '\\', '\n', '\u0001', 'é', '/', '\u2028', '＋', '\u0e01'];
const text = (n) => Array.from({ length: n }, () => pick(letters)).join('');
const hex = (n) => Array.from({ length: n }, () => '0123456789abcdef'[below(16)]).join('');
const uuid = () => `${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`;
const pad = (n) => String(n).padStart(2, '0');
const someDate = () => `${1900 + below(1100)}-${pad(1 + below(12))}-${pad(1 + below(28))}`;
const someTime = () => `${someDate()}T${pad(below(24))}:${pad(below(60))}:${pad(below(60))}${pick(['', '.5', '.123456'])}${pick(['Z', '+08:00', '-23:59'])}`;
const edge = (least, most) => pick([least, most, least + Math.floor(random() * Math.min(most - least + 1, 50))]);

const resolve = (s) => (s.$ref ? resolve(s.$ref.slice(2).split('/').reduce((at, k) => at[k], api)) : s);
function expand(s) { // $refs in place
  s = resolve(s);
  if (s.properties) s = { ...s, properties: Object.fromEntries(Object.entries(s.properties).map(([k, v]) => [k, expand(v)])) };
  if (s.items) s = { ...s, items: expand(s.items) };
  return s;
}
function valid(s) {
  switch (s.type) {
    case 'boolean': return random() < 0.5;
    case 'integer': return edge(s.minimum, s.maximum);
    case 'array': {
      const most = Math.min(s.maxItems, (s.minItems || 0) + 3);
      return Array.from({ length: edge(s.minItems || 0, most) }, () => valid(s.items));
    }
    case 'object': {
      const out = {};
      for (const [k, v] of Object.entries(s.properties)) if ((s.required || []).includes(k) || random() < 0.6) out[k] = valid(v);
      return out;
    }
    default:
  }
  if (s.enum) return pick(s.enum);
  switch (s.format) {
    case 'uuid': return pick([uuid(), uuid().toUpperCase()]);
    case 'date': return someDate();
    case 'date-time': return someTime();
    case 'region': return digits(pick([6, 9, 12, 15, 18]));
    case 'sha256': return hex(64);
    default: return text(edge(s.minLength || 0, Math.min(s.maxLength, (s.minLength || 0) + 40)));
  }
}

// --- mutations: one place of the document becomes something else; ajv says whether that is still right ---------------------
function places(value, schema, out, put) {
  out.push({ value, schema, put });
  if (schema && schema.type === 'object' && value && typeof value === 'object')
    for (const k of Object.keys(value)) places(value[k], schema.properties[k], out, (v) => { value[k] = v; });
  if (schema && schema.type === 'array' && Array.isArray(value))
    value.forEach((x, i) => places(x, schema.items, out, (v) => { value[i] = v; }));
  return out;
}
const wrongs = [null, true, false, 0, 1, -1, '', 'x', [], {}, [null], { a: 1 }, 9007199254740991, -9007199254740991, 'null', '0', '白'];
const wrong = () => structuredClone(pick(wrongs));
const near = (s) => { // values close to the border of a schema
  if (s.type === 'integer') return pick([s.minimum - 1, s.maximum + 1, s.minimum, s.maximum]);
  if (s.type === 'array') { // a long list of small elements, so that the limit of elements per document is not what refuses it
    const n = pick([Math.max((s.minItems || 0) - 1, 0), s.minItems || 0, Math.min(s.maxItems + 1, 60)]);
    return Array.from({ length: n }, () => valid(s.items));
  }
  if (s.enum) return pick([s.enum[0].toUpperCase(), `${s.enum[0]} `, s.enum[0].slice(1)]);
  if (s.format === 'uuid') return pick([uuid().slice(1), `${uuid()}0`, uuid().replace(/-/g, ''), `{${uuid()}}`, `urn:uuid:${uuid()}`, '00000000-0000-0000-0000-000000000000', uuid().replace('7', 'g')]);
  if (s.format === 'date') return pick(['2014-02-29', '2012-02-29', '2014-13-01', '2014-1-1', '1899-12-31', '2999-12-31', '3000-01-01', '2014-04-31', '2014-04-30 ', '2014-00-10']);
  if (s.format === 'date-time') return pick(['2014-03-01T09:00:00', '2014-03-01 09:00:00Z', '2014-03-01T24:00:00Z', '2014-03-01T23:59:60Z', '2014-03-01T09:00:00.1234567Z', '2014-03-01T09:00:00.Z', '2014-02-29T00:00:00Z', '2014-03-01T09:00:00+0800', '2014-03-01T09:00:00+24:00', '2014-03-01t09:00:00z', '2014-03-01T09:00Z', someTime()]);
  if (s.format === 'region') return pick([digits(5), digits(8), digits(19), `0${digits(5)}`, `${digits(5)}a`, digits(9), ` ${digits(6)}`]);
  if (s.format === 'sha256') return pick([hex(63), hex(65), hex(63) + 'G', hex(64).toUpperCase(), hex(64)]);
  if (s.type === 'string') return text(pick([(s.minLength || 0) - 1, s.maxLength + 1, s.maxLength].filter((n) => n >= 0 && n <= 3000).concat([0])));
  return wrong();
};
function mutate(doc, schema) {
  const box = { doc };
  for (let i = 0; i < 1 + below(2); i++) {
    const { value, schema: s, put } = pick(places(box.doc, schema, [], (v) => { box.doc = v; }));
    const object = value && typeof value === 'object' && !Array.isArray(value);
    const kind = below(4);
    if (object && kind === 0 && Object.keys(value).length) delete value[pick(Object.keys(value))];
    else if (object && kind === 1) value[pick(['extra', 'status', '', 'id ', '白', '__proto_'])] = wrong();
    else if (s && kind === 2) put(near(s));
    else put(wrong());
  }
  return box.doc;
}

// --- the comparison ------------------------------------------------------------------------------------------------------
const operations = [];
for (const item of Object.values(api.paths))
  for (const op of Object.values(item))
    if (op.requestBody) {
      const schema = expand(op.requestBody.content['application/json'].schema);
      operations.push({ id: op.operationId, schema, check: ajv.compile(schema) });
    }
const cases = [];
for (let i = 0; i < Number(wanted); i++) {
  const op = operations[i % operations.length];
  let doc = valid(op.schema);
  if (Math.floor(i / operations.length) % 3) doc = mutate(doc, op.schema);
  // Documents without an object at the top are refused before any schema is looked at; -0 cannot be written by JSON.stringify.
  cases.push({ op, line: JSON.stringify(doc), good: op.check(doc) });
}
const run = spawnSync(reader, { input: cases.map((c) => `${c.op.id}\t${c.line}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 28 });
if (run.status !== 0) throw new Error(`the reader ended with ${run.status}: ${run.stderr}`);
const said = run.stdout.trimEnd().split('\n');
const counts = new Map(operations.map((o) => [o.id, { same: 0, good: 0, all: 0, other: [] }]));
cases.forEach((c, i) => {
  const n = counts.get(c.op.id);
  n.all++;
  n.good += c.good;
  if ((said[i] === 'ok') === c.good) n.same++;
  else n.other.push(`${c.line.slice(0, 300)}\n#   ajv: ${c.good ? 'ok' : ajv.errorsText(c.op.check(JSON.parse(c.line)) || c.op.check.errors)}\n#   C:   ${said[i]}`);
});
let n = 0, bad = 0;
for (const [id, c] of counts) {
  const good = c.same === c.all && c.good > 0 && c.good < c.all;
  bad += !good;
  console.log(`${good ? 'ok' : 'not ok'} ${++n} - ${id}: ajv and the C reader agree on ${c.same} of ${c.all} documents (${c.good} valid)`);
  c.other.slice(0, 3).forEach((o) => console.log(`# ${o}`));
}
// The examples beside the schemas: ajv reads each as its name says; only bad-stricter-* are our own strictness (style: JSON is ambiguous there).
for (const op of operations) {
  const folder = `${__dirname}/../../schemas/examples/${op.id}`;
  if (!fs.existsSync(folder)) continue;
  const files = fs.readdirSync(folder).filter((f) => f.endsWith('.json'));
  const wrong = files.filter((f) => op.check(JSON.parse(fs.readFileSync(`${folder}/${f}`, 'utf8'))) === /^bad-(?!stricter-)/.test(f));
  bad += wrong.length > 0;
  console.log(`${wrong.length ? 'not ok' : 'ok'} ${++n} - ${op.id}: ajv reads ${files.length} examples as their names say ${wrong}`);
}
const total = cases.length;
console.log(`${total >= 10000 && said.length === total ? 'ok' : 'not ok'} ${++n} - ${total} documents`);
console.log(`1..${n}`);
process.exit(bad || total < 10000 || said.length !== total ? 1 : 0);
