-- name: key_claim   (in key order; whoever comes second waits here for the first one's COMMIT. A caller who is nobody is the nil uuid)
INSERT INTO idempotency (street, caller, key, hash, recorded_at)
SELECT $1::int, coalesce(t.caller, '00000000-0000-0000-0000-000000000000'::uuid), t.key, t.hash, $5::timestamptz
  FROM (SELECT x.caller, x.key, decode(x.hash, 'hex') AS hash FROM unnest($2::uuid[], $3::text[], $4::text[]) AS x(caller, key, hash)) AS t
 ORDER BY 2, 3
ON CONFLICT (street, caller, key) DO NOTHING
RETURNING caller, key

-- name: key_read   (rows that were there before: with an answer, or left over by a call that failed)
SELECT i.caller, i.key, i.hash, i.status, i.body, i.position
  FROM idempotency AS i
  JOIN unnest($2::uuid[], $3::text[]) AS t(caller, key)
    ON i.caller = coalesce(t.caller, '00000000-0000-0000-0000-000000000000'::uuid) AND i.key = t.key
 WHERE i.street = $1::int
 ORDER BY i.caller, i.key
   FOR UPDATE OF i

-- name: key_answer   (only successes are remembered; the hash too, because a failed call with this key may have had another body)
UPDATE idempotency AS i
   SET status = t.status, body = t.body, position = t.position, hash = decode(t.hash, 'hex')
  FROM unnest($2::uuid[], $3::text[], $4::int8[], $5::text[], $6::text[], $7::text[]) AS t(caller, key, status, body, position, hash)
 WHERE i.street = $1::int AND i.caller = coalesce(t.caller, '00000000-0000-0000-0000-000000000000'::uuid) AND i.key = t.key

-- name: key_find
SELECT status, hash, body, position
  FROM idempotency
 WHERE street = $1::int AND caller = coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'::uuid) AND key = $3::text AND status IS NOT NULL
