// node tokens.js TOKEN_JWK COUNT HOME > tokens.txt — one ES256 token per voter, signed with the suite's development token key.
'use strict';
const fs = require('fs');
const crypto = require('crypto');
const [, , file, count, home] = process.argv;
const jwk = JSON.parse(fs.readFileSync(file));
const key = crypto.createPrivateKey({ key: jwk, format: 'jwk' });
const b64 = (x) => Buffer.from(x).toString('base64url');
const head = b64(JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: jwk.kid }));
const now = Math.floor(Date.now() / 1000);
const street = BigInt(home.slice(0, 9));
for (let i = 0; i < Number(count); i++) {
  const r = crypto.randomBytes(16);
  const v = (BigInt(Date.now()) << 80n) | (7n << 76n) | ((BigInt(r.readUInt16BE(0)) & 0xfffn) << 64n) | (2n << 62n) | (BigInt(r.readUInt32BE(2)) << 30n) | street;
  const h = v.toString(16).padStart(32, '0');
  const sub = `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
  const body = b64(JSON.stringify({ iss: 'xiangqin', aud: 'xiangqin', sub, homes: [home], iat: now, exp: now + 86400 }));
  const sig = crypto.sign('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  process.stdout.write(`${head}.${body}.${sig}\n`);
}
