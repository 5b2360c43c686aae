-- name: key_claim   (in key order; whoever comes second waits here for the first one's COMMIT. A caller who is nobody is the nil uuid)
INSERT INTO idempotency (street, caller, key, hash, recorded_at)
SELECT $1::int, coalesce(t.caller, '00000000-0000-0000-0000-000000000000'::uuid), t.key, t.hash, $5::timestamptz
  FROM (SELECT x.caller, x.key, decode(x.hash, 'hex') AS hash FROM unnest($2::uuid[], $3::text[], $4::text[]) AS x(caller, key, hash)) AS t
 ORDER BY 2, 3
ON CONFLICT (street, caller, key) DO NOTHING
RETURNING caller, key

-- name: key_read   (rows that were there before: with an answer, or left over by a call that failed. LATERAL with a lock inside: each
--                   key is looked up by itself, whatever the planner believed when the table was empty)
SELECT i.caller, i.key, i.hash, i.status, i.body, i.position
  FROM (SELECT coalesce(x.caller, '00000000-0000-0000-0000-000000000000'::uuid) AS caller, x.key
          FROM unnest($2::uuid[], $3::text[]) AS x(caller, key) ORDER BY 1, 2) AS t
 CROSS JOIN LATERAL (SELECT y.caller, y.key, y.hash, y.status, y.body, y.position FROM idempotency AS y
                      WHERE y.street = $1::int AND y.caller = t.caller AND y.key = t.key FOR UPDATE) AS i

-- name: key_answer   (only successes are remembered; the hash too, because a failed call with this key may have had another body.
--                   The rows are there, and locked by us: ON CONFLICT finds each by its key, which UPDATE … FROM leaves to the planner)
INSERT INTO idempotency AS i (street, caller, key, hash, status, body, position, recorded_at)
SELECT $1::int, coalesce(t.caller, '00000000-0000-0000-0000-000000000000'::uuid), t.key, decode(t.hash, 'hex'), t.status, t.body, t.position, $8::timestamptz
  FROM unnest($2::uuid[], $3::text[], $4::int8[], $5::text[], $6::text[], $7::text[]) AS t(caller, key, status, body, position, hash)
ON CONFLICT (street, caller, key) DO UPDATE
   SET status = excluded.status, body = excluded.body, position = excluded.position, hash = excluded.hash

-- name: key_find
SELECT status, hash, body, position
  FROM idempotency
 WHERE street = $1::int AND caller = coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'::uuid) AND key = $3::text AND status IS NOT NULL
