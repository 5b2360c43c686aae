-- name: gift_add
INSERT INTO supervision.gift (street, id, project, claim, sponsor, source_kind, organiser, kind, amount, unit, what, received_at, received_by,
  recorded_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::text, $7::text, $8::text, $9::int8, $10::text, $11::text, $12::timestamptz,
  $13::uuid, $14::timestamptz)

-- name: gift_promised
SELECT coalesce(sum(amount), 0)::int8 AS amount FROM supervision.gift WHERE street = $1::int AND project = $2::uuid AND claim = $3::uuid
