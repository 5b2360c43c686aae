-- name: entry_exists
SELECT id FROM intake.entry WHERE street = $1::int AND id = $2::uuid

-- name: proposal_insert
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by,
                             drafted_at, changed_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::text, $4::int8::int, $5::text, $6::text, $7::text, $8::text, $9::int8, $10::uuid, 'draft', $11::uuid,
        $12::timestamptz, $12::timestamptz, $13::timestamptz)

-- name: need_lines_insert
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what)
SELECT p.street, p.id, t.n::int, t.id, t.kind, t.amount, t.unit, t.what
  FROM unnest($3::int8[], $4::uuid[], $5::text[], $6::int8[], $7::text[], $8::text[]) AS t(n, id, kind, amount, unit, what)
  JOIN intake.proposal p ON p.street = $1::int AND p.id = $2::uuid
ON CONFLICT (street, proposal, n) DO NOTHING

-- name: proposal_opinions_insert   (fewer rows than opinions named: one of them is not there)
INSERT INTO intake.proposal_opinion (street, proposal, opinion)
SELECT o.street, $2::uuid, o.id
  FROM unnest($3::uuid[]) AS t(id)
  JOIN intake.opinion o ON o.street = $1::int AND o.id = t.id
ON CONFLICT (street, proposal, opinion) DO NOTHING
RETURNING opinion

-- name: proposals_lock
SELECT p.id, p.number, p.round::int8 AS round, p.region, p.category, p.title, p.estimate_fen, p.state, p.drafted_by,
       (SELECT y.person FROM intake.entry y WHERE y.street = $1::int AND y.id = p.entry) AS entered_by
  FROM intake.proposal p
 WHERE p.street = $1::int AND p.id = ANY ($2::uuid[])
 ORDER BY p.id
   FOR UPDATE OF p

-- name: proposals_move
UPDATE intake.proposal AS p SET state = t.state, reason = t.reason, changed_at = $5::timestamptz
  FROM unnest($2::uuid[], $3::text[], $4::text[]) AS t(id, state, reason)
 WHERE p.street = $1::int AND p.id = t.id
RETURNING p.id

-- name: need_lines_of
SELECT proposal, n::int8 AS n, id, kind, amount, unit, what
  FROM intake.need_line
 WHERE street = $1::int AND proposal = ANY ($2::uuid[])
 ORDER BY proposal, n
