-- name: lot_add
INSERT INTO supervision.lot (street, id, project, claim, sponsor, source_kind, organiser, fen, line, receiver, received_at, received_by,
  recorded_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::text, $7::text, $8::int8,
  coalesce($9::uuid, '00000000-0000-0000-0000-000000000000'::uuid), $10::text, $11::timestamptz, $12::uuid, $13::timestamptz)

-- name: lot_receive   (the first move: out of the sponsor into the lot)
INSERT INTO supervision.lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, received, spent, held, returned,
  moved_at, moved_by, recorded_at)
VALUES ($1::int, $2::uuid, 1, 'receive', $3::int8, $2::uuid, $4::uuid, $5::uuid, $6::uuid, $4::uuid, $3::int8, 0, $3::int8, 0,
  $7::timestamptz, $8::uuid, $9::timestamptz)

-- name: lot_promised   (what came in for a claim so far, less what went back)
SELECT coalesce(sum(m.received - m.returned), 0)::int8 AS fen
  FROM (SELECT DISTINCT ON (v.lot) v.received, v.returned
          FROM supervision.lot l JOIN supervision.lot_move v ON v.street = $1::int AND v.street = l.street AND v.lot = l.id
         WHERE l.street = $1::int AND l.project = $2::uuid AND l.claim = $3::uuid ORDER BY v.lot, v.n DESC) m

-- name: lot_project
SELECT project FROM supervision.lot WHERE street = $1::int AND id = $2::uuid

-- name: lot_state
SELECT m.n, m.received, m.spent, m.held, m.returned, l.sponsor, l.source_kind, l.organiser
  FROM supervision.lot l JOIN supervision.lot_move m ON m.street = $1::int AND m.street = l.street AND m.lot = l.id
 WHERE l.street = $1::int AND l.id = $2::uuid
 ORDER BY m.n DESC LIMIT 1

-- name: lot_return   (repeats the balances before it; the chain proves them)
INSERT INTO supervision.lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, reason, b_received, b_spent, b_held,
  b_returned, received, spent, held, returned, moved_at, moved_by, recorded_at)
SELECT m.street, m.lot, m.n + 1, 'return', $4::int8, m.sponsor, m.lot, $5::uuid, m.project, m.sponsor, $6::text, m.received, m.spent, m.held,
       m.returned, m.received, m.spent, m.held - $4::int8, m.returned + $4::int8, $7::timestamptz, $8::uuid, $9::timestamptz
  FROM supervision.lot_move m WHERE m.street = $1::int AND m.lot = $2::uuid AND m.n = $3::int8
RETURNING held, returned

-- name: lot_list
SELECT l.id::text AS cursor,
       jsonb_strip_nulls(jsonb_build_object('id', l.id, 'project', l.project, 'claim', l.claim, 'sponsor', l.sponsor,
         'source_kind', l.source_kind, 'organiser', l.organiser, 'line', nullif(l.line, '00000000-0000-0000-0000-000000000000'::uuid),
         'receiver', l.receiver, 'received_at', l.received_at, 'received_fen', m.received, 'spent_fen', m.spent, 'held_fen', m.held,
         'returned_fen', m.returned))::text AS item
  FROM supervision.lot l
  JOIN supervision.lot_move m ON m.street = $1::int AND m.street = l.street AND m.lot = l.id
   AND m.n = (SELECT max(v.n) FROM supervision.lot_move v WHERE v.street = $1::int AND v.street = l.street AND v.lot = l.id)
 WHERE l.street = $1::int AND ($2::uuid IS NULL OR l.project = $2::uuid) AND ($3::text = '' OR l.id < nullif($3::text, '')::uuid)
 ORDER BY l.id DESC
 LIMIT $4::int8
