-- name: correction_last
SELECT coalesce(max(n), 0)::int8 AS n FROM supervision.correction WHERE street = $1::int AND project = $2::uuid

-- name: correction_add
INSERT INTO supervision.correction (street, id, project, n, reason, was, becomes, days, opinions, made_at, made_by)
VALUES ($1::int, $2::uuid, $3::uuid, $4::int8, $5::text, $6::text, $7::text, $8::int8, $9::uuid[], $10::timestamptz, $11::uuid)
