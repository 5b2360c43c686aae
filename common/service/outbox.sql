-- name: rules_now   (deferred rules speak here, with their own SQLSTATE, before the head is raised)
SELECT rules_now($1::int)

-- name: head_raise   (the last row lock before COMMIT: all events of the group are numbered at once)
INSERT INTO stream_head AS h (street, epoch, seq) VALUES ($1::int, $2::int8, $3::int8)
ON CONFLICT (street) DO UPDATE SET seq = h.seq + excluded.seq
RETURNING epoch, seq

-- name: outbox_put
INSERT INTO outbox (street, seq, type, id, op, at, trace, data, recorded_at)
SELECT $1::int, $2::int8 + t.n, t.type, t.id, t.op, t.at, t.trace, t.data::json, $9::timestamptz
  FROM unnest($3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::text[], $8::text[]) WITH ORDINALITY AS t(type, id, op, at, trace, data, n)
 ORDER BY t.n
RETURNING seq

-- name: events_after
SELECT seq, type, id, op, at, trace, data::text AS data
  FROM outbox
 WHERE street = $1::int AND seq > $2::int8
 ORDER BY seq
 LIMIT $3::int8

-- name: head_get
SELECT epoch, seq FROM stream_head WHERE street = $1::int

-- name: heads_get
SELECT street, epoch, seq FROM stream_head ORDER BY street
