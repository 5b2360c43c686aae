-- name: line_lock   (in key order: two groups never wait for each other in a ring)
SELECT id, project, kind, need, claimed FROM matching.line WHERE street = $1::int AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE

-- name: claim_facts   (asked after the lines are held: whoever closes a fair or signs takes the lines first)
SELECT t.i, p.round AS project_round, p.state, s.kind AS source_kind, sp.person IS NOT NULL AS acts,
       f.organiser, f.round AS fair_round, f.opens_at, f.closed_at
  FROM unnest($2::int8[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[]) AS t(i, project, fair, sponsor, person)
  JOIN matching.project p ON p.street = $1::int AND p.id = t.project
  LEFT JOIN matching.fair f ON f.street = $1::int AND f.id = t.fair
  LEFT JOIN matching.sponsor s ON s.id = t.sponsor
  LEFT JOIN matching.sponsor_person sp ON sp.sponsor = t.sponsor AND sp.person = t.person
 ORDER BY t.i

-- name: claim_store
INSERT INTO matching.claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at)
SELECT l.street, t.id, l.id, l.project, t.fair, t.organiser, t.sponsor, t.source_kind, t.person, t.asked, t.amount, 'made', t.made_at
  FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::uuid[], $9::int8[], $10::int8[], $11::timestamptz[])
       AS t(id, line, fair, organiser, sponsor, source_kind, person, asked, amount, made_at)
  JOIN matching.line l ON l.street = $1::int AND l.id = t.line
ON CONFLICT (street, id) DO NOTHING

-- name: line_claimed
UPDATE matching.line l SET claimed = t.claimed
  FROM unnest($2::uuid[], $3::int8[]) AS t(id, claimed)
 WHERE l.street = $1::int AND l.id = t.id

-- name: claim_get
SELECT k.line, k.project, k.sponsor, p.round
  FROM matching.claim k JOIN matching.project p ON p.street = $1::int AND p.street = k.street AND p.id = k.project
 WHERE k.street = $1::int AND k.id = $2::uuid

-- name: claim_lock
SELECT state, amount FROM matching.claim WHERE street = $1::int AND id = $2::uuid FOR UPDATE

-- name: claim_agreed   (in a draft or a signed agreement? asked after the claim is held)
SELECT agreement FROM matching.agreement_claim WHERE street = $1::int AND claim = $2::uuid AND live

-- name: claim_end
UPDATE matching.claim SET state = $3::text, ended_at = $4::timestamptz, reason = $5::text
 WHERE street = $1::int AND id = ANY($2::uuid[]) AND state = 'made'

-- name: claim_list   (newest first)
SELECT k.id::text AS cursor,
       jsonb_strip_nulls(jsonb_build_object('id', k.id, 'project', k.project, 'number', p.number, 'line', k.line, 'n', l.n, 'kind', l.kind, 'unit', l.unit,
         'asked', k.asked, 'amount', k.amount, 'sponsor', k.sponsor, 'sponsor_name', s.name, 'source_kind', k.source_kind, 'fair', k.fair,
         'organiser', k.organiser, 'state', k.state, 'at', k.made_at))::text AS item
  FROM matching.claim k
  JOIN matching.line l ON l.street = $1::int AND l.street = k.street AND l.id = k.line
  JOIN matching.project p ON p.street = $1::int AND p.street = k.street AND p.id = k.project
  JOIN matching.sponsor s ON s.id = k.sponsor
 WHERE k.street = $1::int AND ($2::uuid IS NULL OR k.project = $2::uuid) AND ($3::uuid IS NULL OR k.fair = $3::uuid)
   AND ($4::uuid IS NULL OR k.sponsor = $4::uuid) AND ($5::text IS NULL OR k.state = $5::text)
   AND ($6::text = '' OR k.id < nullif($6::text, '')::uuid)
 ORDER BY k.id DESC
 LIMIT $7::int8
