-- name: payment_gate   (the version in force, the smallest band that holds the amount)
SELECT g.version, g.upto, g.need FROM supervision.gate g
 WHERE g.kind = 'payment' AND g.upto >= $1::int8 AND g.valid_from <= $2::timestamptz
 ORDER BY g.version DESC, g.upto LIMIT 1

-- name: payment_milestone
SELECT m.point, a.milestone IS NOT NULL AS accepted
  FROM supervision.milestone m
  LEFT JOIN supervision.acceptance a ON a.street = $1::int AND a.street = m.street AND a.milestone = m.id
 WHERE m.street = $1::int AND m.id = $2::uuid AND m.project = $3::uuid

-- name: payment_add
INSERT INTO supervision.payment (street, id, project, milestone, payee, fen, point, line, voucher, hash, what, requester, gate_version,
  gate_kind, gate_upto, need, requested_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::int8, $7::text,
  coalesce($8::uuid, '00000000-0000-0000-0000-000000000000'::uuid), $9::text, $10::text, $11::text, $12::uuid, $13::int8, 'payment',
  $14::int8, $15::int8, $16::timestamptz)

-- name: payment_get
SELECT p.project, p.milestone, p.payee, p.fen, p.point, p.hash, p.requester, p.need,
       nullif(p.line, '00000000-0000-0000-0000-000000000000'::uuid) AS line
  FROM supervision.payment p WHERE p.street = $1::int AND p.id = $2::uuid

-- name: payment_standing   (asked after the books are locked: what is true then)
SELECT (SELECT count(*) FROM supervision.signature s WHERE s.street = $1::int AND s.payment = $2::uuid) AS signatures,
       (SELECT count(*) FROM supervision.signature s WHERE s.street = $1::int AND s.payment = $2::uuid AND s.ambassador = $3::uuid) AS mine,
       (SELECT count(*) FROM supervision.payable b WHERE b.street = $1::int AND b.payment = $2::uuid) AS payable,
       (SELECT count(*) FROM supervision.paid d WHERE d.street = $1::int AND d.payment = $2::uuid) AS paid

-- name: payment_sign
INSERT INTO supervision.signature (street, payment, n, project, point, hash, requester, ambassador, signed_at)
VALUES ($1::int, $2::uuid, $3::int8, $4::uuid, $5::text, $6::text, $7::uuid, $8::uuid, $9::timestamptz)

-- name: payment_release
INSERT INTO supervision.payable (street, payment, project, milestone, need, requester, released_by, released_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::uuid, $5::int8, $6::uuid, $7::uuid, $8::timestamptz)

-- name: payment_lots   (oldest first)
SELECT x.lot, x.line, x.n, x.held, x.source_kind, x.organiser
  FROM (SELECT DISTINCT ON (l.id) l.id AS lot, nullif(l.line, '00000000-0000-0000-0000-000000000000'::uuid) AS line, l.received_at,
               m.n, m.held, l.source_kind, l.organiser
          FROM supervision.lot l JOIN supervision.lot_move m ON m.street = $1::int AND m.street = l.street AND m.lot = l.id
         WHERE l.street = $1::int AND l.project = $2::uuid
         ORDER BY l.id, m.n DESC) x
 WHERE x.held > 0 ORDER BY x.received_at, x.lot

-- name: payment_spend   (one move per lot; each repeats the balances before it and the chain proves them)
INSERT INTO supervision.lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, payment, b_received, b_spent, b_held,
  b_returned, received, spent, held, returned, moved_at, moved_by, recorded_at)
SELECT m.street, m.lot, m.n + 1, 'spend', t.fen, $5::uuid, m.lot, $2::uuid, m.project, m.sponsor, $2::uuid, m.received, m.spent, m.held,
       m.returned, m.received, m.spent + t.fen, m.held - t.fen, m.returned, $7::timestamptz, $8::uuid, $9::timestamptz
  FROM unnest($3::uuid[], $4::int8[], $6::int8[]) AS t(lot, n, fen)
  JOIN supervision.lot_move m ON m.street = $1::int AND m.lot = t.lot AND m.n = t.n
RETURNING lot

-- name: payment_part   (in paying order, each with the sum before it)
INSERT INTO supervision.payment_part (street, payment, k, lot, lot_n, fen, b_total, total, payment_fen, line, earmark)
SELECT p.street, p.id, t.k, t.lot, t.n + 1, t.fen, nullif(t.before, 0), t.before + t.fen, p.fen, p.line, l.line
  FROM unnest($3::int8[], $4::uuid[], $5::int8[], $6::int8[], $7::int8[]) AS t(k, lot, n, fen, before)
  JOIN supervision.payment p ON p.street = $1::int AND p.id = $2::uuid
  JOIN supervision.lot l ON l.street = $1::int AND l.street = p.street AND l.id = t.lot
RETURNING k

-- name: payment_paid
INSERT INTO supervision.paid (street, payment, parts, fen, requester, paid_by, paid_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::int8, $4::int8, $5::uuid, $6::uuid, $7::timestamptz, $8::timestamptz)

-- name: payment_list
SELECT p.id::text AS cursor,
       jsonb_strip_nulls(jsonb_build_object('id', p.id, 'project', p.project, 'milestone', p.milestone, 'payee', p.payee, 'amount_fen', p.fen,
         'point', p.point, 'voucher', p.voucher, 'hash', p.hash, 'need', p.need, 'what', p.what, 'requested_at', p.requested_at,
         'paid_at', d.paid_at, 'line', nullif(p.line, '00000000-0000-0000-0000-000000000000'::uuid),
         'state', CASE WHEN d.payment IS NOT NULL THEN 'paid' WHEN b.payment IS NOT NULL THEN 'payable' ELSE 'requested' END,
         'signatures', (SELECT count(*) FROM supervision.signature s WHERE s.street = $1::int AND s.street = p.street AND s.payment = p.id),
         'parts', (SELECT jsonb_agg(jsonb_build_object('lot', t.lot, 'amount_fen', t.fen) ORDER BY t.k) FROM supervision.payment_part t
                    WHERE t.street = $1::int AND t.street = p.street AND t.payment = p.id)))::text AS item
  FROM supervision.payment p
  LEFT JOIN supervision.payable b ON b.street = $1::int AND b.street = p.street AND b.payment = p.id
  LEFT JOIN supervision.paid d ON d.street = $1::int AND d.street = p.street AND d.payment = p.id
 WHERE p.street = $1::int AND ($2::uuid IS NULL OR p.project = $2::uuid) AND ($4::text = '' OR p.id < nullif($4::text, '')::uuid)
   AND ($3::text IS NULL OR $3::text = CASE WHEN d.payment IS NOT NULL THEN 'paid' WHEN b.payment IS NOT NULL THEN 'payable' ELSE 'requested' END)
 ORDER BY p.id DESC
 LIMIT $5::int8
