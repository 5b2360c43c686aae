// The peer: what a user would build instead. Fastify + pg, pool 10. Three doors in one server:
//   same-job  the same ES256 tokens (verified, cached), the same schema, the same rows committed
//   bare      the same rows without tokens and validation
// node server.js PORT CONNINFO_HOST PGPORT USER JWKS_FILE SECRET_HEX
'use strict';
const fs = require('fs');
const crypto = require('crypto');
const fastify = require('fastify')({ logger: false });
const { createVerifier } = require('fast-jwt');
const { Pool } = require('pg');

const [, , port, host, pgport, user, jwksFile, secretHex] = process.argv;
const pool = new Pool({ host, port: Number(pgport), user, database: 'xiangqin', max: 10 });
const jwk = JSON.parse(fs.readFileSync(jwksFile)).keys[0];
const pem = crypto.createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
const verify = createVerifier({ key: pem, algorithms: ['ES256'], allowedIss: 'xiangqin', allowedAud: 'xiangqin', cache: 20000 });
const secret = Buffer.from(secretHex, 'hex');

const LIKE = {
  name: 'like', text: `
  WITH p AS (SELECT street, id FROM bench.project WHERE street = $1 AND id = $2 AND open),
  l AS (INSERT INTO bench.likes AS l (street, project, voter, liked, was, op)
        SELECT p.street, p.id, $3::uuid, $4::bool, false, $5::uuid FROM p
        ON CONFLICT (street, project, voter) DO UPDATE SET was = l.liked, liked = excluded.liked, op = excluded.op WHERE l.op < excluded.op
        RETURNING liked, was),
  h AS (UPDATE bench.heat SET heat = heat + (SELECT liked::int - was::int FROM l)
         WHERE street = $1 AND project = $2 AND EXISTS (SELECT FROM l WHERE liked <> was))
  SELECT liked, was FROM l` };

const streetOf = (id) => Number(BigInt('0x' + id.replace(/-/g, '')) & 0x3fffffffn);
let counter = 0n;
function opId() { // UUIDv7
  const ms = BigInt(Date.now());
  counter = (counter + 1n) & 0xfffffffffffn;
  const v = (ms << 80n) | (7n << 76n) | ((counter >> 32n) << 64n) | (2n << 62n) | ((counter & 0xffffffffn) << 30n);
  const h = v.toString(16).padStart(32, '0');
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}
function voterOf(person) {
  const h = crypto.createHmac('sha256', secret).update(person).digest('hex');
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20, 32)}`;
}
async function like(project, voter, liked) {
  const r = await pool.query({ ...LIKE, values: [streetOf(project), project, voter, liked, opId()] });
  if (!r.rows.length) return { state: 'late' };
  return { state: r.rows[0].liked === r.rows[0].was ? 'already' : (r.rows[0].liked ? 'liked' : 'taken_back') };
}
const params = { type: 'object', properties: { project: { type: 'string', pattern: '^[0-9a-fA-F-]{36}$' } }, required: ['project'] };
fastify.put('/v1/projects/:project/like', {
  schema: { params, body: { type: 'object', additionalProperties: false, required: ['liked'], properties: { liked: { type: 'boolean' } } } },
}, async (req, reply) => {
  const auth = req.headers.authorization || '';
  let claims;
  try { claims = verify(auth.slice(7)); } catch (e) { return reply.code(401).send({ code: 'unauthenticated' }); }
  const street = String(streetOf(req.params.project));
  if (!claims.homes.some((h) => h.startsWith(street))) return reply.code(403).send({ code: 'forbidden' });
  return like(req.params.project, voterOf(claims.sub), req.body.liked);
});
fastify.put('/bare/projects/:project/like', async (req) => like(req.params.project, voterOf(crypto.randomUUID()), req.body.liked));

// A plain write: idempotency row, the contest's counter, the entry; one transaction each.
fastify.post('/v1/contests/:contest/entries', {
  schema: {
    params: { type: 'object', properties: { contest: { type: 'string', pattern: '^[0-9a-fA-F-]{36}$' } }, required: ['contest'] },
    body: { type: 'object', additionalProperties: false, required: ['title', 'text'],
      properties: { title: { type: 'string', minLength: 1, maxLength: 200 }, text: { type: 'string', minLength: 1, maxLength: 10000 } } },
  },
}, async (req, reply) => {
  let claims;
  try { claims = verify((req.headers.authorization || '').slice(7)); } catch (e) { return reply.code(401).send({ code: 'unauthenticated' }); }
  const key = req.headers['idempotency-key'];
  if (!key) return reply.code(400).send({ code: 'bad_request' });
  const street = streetOf(req.params.contest), id = opId();
  const hash = crypto.createHash('sha256').update(JSON.stringify(req.body)).digest();
  const db = await pool.connect();
  try {
    await db.query('BEGIN');
    const k = await db.query({ name: 'key', text: 'INSERT INTO bench.idempotency (street, caller, key, hash, status, body) VALUES ($1, $2, $3, $4, 201, $5) ON CONFLICT DO NOTHING', values: [street, claims.sub, key, hash, JSON.stringify({ id })] });
    if (k.rowCount === 0) { await db.query('ROLLBACK'); return reply.code(201).send({ id }); }
    const c = await db.query({ name: 'contest', text: 'UPDATE bench.contest SET entries = entries + 1 WHERE street = $1 AND id = $2 RETURNING entries', values: [street, req.params.contest] });
    await db.query({ name: 'entry', text: 'INSERT INTO bench.entry (street, id, contest, n, person, title, text) VALUES ($1, $2, $3, $4, $5, $6, $7)', values: [street, id, req.params.contest, c.rows[0].entries, claims.sub, req.body.title, req.body.text] });
    await db.query('COMMIT');
  } catch (e) { await db.query('ROLLBACK'); throw e; } finally { db.release(); }
  return reply.code(201).send({ id });
});
fastify.listen({ port: Number(port), host: '127.0.0.1' });
