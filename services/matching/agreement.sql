-- name: agreement_claims   (held: nobody withdraws them meanwhile)
SELECT k.id, k.project, k.sponsor, k.fair, k.organiser, k.state FROM matching.claim k
 WHERE k.street = $1::int AND k.id = ANY($2::uuid[]) ORDER BY k.id FOR UPDATE

-- name: agreement_in_use   (claims that stand in another agreement; asked after the claims are held)
SELECT claim FROM matching.agreement_claim
 WHERE street = $1::int AND claim = ANY($2::uuid[]) AND live AND ($3::uuid IS NULL OR agreement <> $3::uuid)

-- name: agreement_project
SELECT p.state, a.id AS agreement, a.state AS agreement_state
  FROM matching.project p
  LEFT JOIN matching.agreement a ON a.street = $1::int AND a.street = p.street AND a.project = p.id AND a.state <> 'replaced'
 WHERE p.street = $1::int AND p.id = $2::uuid

-- name: agreement_organisation
SELECT id FROM matching.organisation WHERE id = $1::uuid

-- name: agreement_replace
UPDATE matching.agreement SET state = 'replaced', replaced_by = $3::uuid WHERE street = $1::int AND id = $2::uuid AND state = 'draft'

-- name: agreement_release
UPDATE matching.agreement_claim SET live = false WHERE street = $1::int AND agreement = $2::uuid AND live

-- name: agreement_draft
INSERT INTO matching.agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::text, ($7::text)::date, $8::int8, 'draft', $9::uuid, $10::timestamptz)

-- name: agreement_claim_add
INSERT INTO matching.agreement_claim (street, agreement, claim, project, live)
SELECT k.street, $2::uuid, k.id, k.project, true FROM matching.claim k WHERE k.street = $1::int AND k.id = ANY($3::uuid[])
ON CONFLICT (street, agreement, claim) DO NOTHING

-- name: agreement_party_add
INSERT INTO matching.agreement_party (street, agreement, party, kind)
SELECT a.street, a.id, t.party, t.kind FROM unnest($3::uuid[], $4::text[]) AS t(party, kind)
  JOIN matching.agreement a ON a.street = $1::int AND a.id = $2::uuid
ON CONFLICT (street, agreement, party) DO NOTHING

-- name: agreement_lock
SELECT project, organisation, fair, organiser, parties, state FROM matching.agreement WHERE street = $1::int AND id = $2::uuid FOR UPDATE

-- name: agreement_party_get
SELECT p.kind, s.n,
       (SELECT count(*) FROM matching.agreement_signature x WHERE x.street = $1::int AND x.agreement = $2::uuid) AS signatures
  FROM matching.agreement_party p
  LEFT JOIN matching.agreement_signature s ON s.street = $1::int AND s.street = p.street AND s.agreement = p.agreement AND s.party = p.party
 WHERE p.street = $1::int AND p.agreement = $2::uuid AND p.party = $3::uuid

-- name: agreement_sign
INSERT INTO matching.agreement_signature (street, agreement, n, party, person, signed_at)
VALUES ($1::int, $2::uuid, $3::int8, $4::uuid, $5::uuid, $6::timestamptz)

-- name: agreement_seal   (the foreign key finds the last signature, or refuses)
INSERT INTO matching.agreement_seal (street, agreement, parties, sealed_at) VALUES ($1::int, $2::uuid, $3::int8, $4::timestamptz)

-- name: agreement_signed
UPDATE matching.agreement SET state = 'signed', signed_at = $3::timestamptz WHERE street = $1::int AND id = $2::uuid

-- name: agreement_agreed
UPDATE matching.project SET state = 'agreed' WHERE street = $1::int AND id = $2::uuid

-- name: agreement_settle   (every open claim of the project: in this agreement, or not)
SELECT k.id, k.sponsor, k.source_kind, k.amount, l.kind, l.unit,
       EXISTS (SELECT FROM matching.agreement_claim a WHERE a.street = $1::int AND a.street = k.street AND a.claim = k.id AND a.agreement = $3::uuid) AS mine
  FROM matching.claim k JOIN matching.line l ON l.street = $1::int AND l.street = k.street AND l.id = k.line
 WHERE k.street = $1::int AND k.project = $2::uuid AND k.state = 'made'
 ORDER BY k.id FOR UPDATE OF k

-- name: agreement_people   (who acts for a party, or claimed)
SELECT p.person FROM matching.organisation_person p WHERE p.organisation = $3::uuid
UNION SELECT p.person FROM matching.claim k JOIN matching.sponsor_person p ON p.sponsor = k.sponsor WHERE k.street = $1::int AND k.id = ANY($2::uuid[])
UNION SELECT k.person FROM matching.claim k WHERE k.street = $1::int AND k.id = ANY($2::uuid[])
ORDER BY 1 LIMIT 2000

-- name: agreement_confirm
UPDATE matching.claim SET state = 'confirmed' WHERE street = $1::int AND id = ANY($2::uuid[]) AND state = 'made'

-- name: agreement_expire
UPDATE matching.claim SET state = 'expired', ended_at = $3::timestamptz, reason = $4::text
 WHERE street = $1::int AND id = ANY($2::uuid[]) AND state = 'made'

-- name: agreement_get
SELECT jsonb_strip_nulls(jsonb_build_object('id', a.id, 'project', a.project, 'number', p.number, 'organisation', a.organisation,
         'organisation_name', o.name, 'fair', a.fair, 'organiser', a.organiser, 'state', a.state, 'due_on', a.due_on,
         'drafted_at', a.drafted_at, 'signed_at', a.signed_at,
         'parties', (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', t.kind, 'party', t.party,
                              'name', CASE t.kind WHEN 'street' THEN a.street::text WHEN 'organisation' THEN o.name ELSE s.name END,
                              'signed_at', x.signed_at)) ORDER BY t.kind, t.party)
                       FROM matching.agreement_party t
                       LEFT JOIN matching.agreement_signature x ON x.street = $1::int AND x.street = t.street AND x.agreement = t.agreement AND x.party = t.party
                       LEFT JOIN matching.sponsor s ON s.id = t.party
                      WHERE t.street = $1::int AND t.street = a.street AND t.agreement = a.id),
         'claims', (SELECT jsonb_agg(jsonb_build_object('claim', k.id, 'sponsor', k.sponsor, 'kind', l.kind, 'amount', k.amount, 'unit', l.unit) ORDER BY k.id)
                      FROM matching.agreement_claim c
                      JOIN matching.claim k ON k.street = $1::int AND k.street = c.street AND k.id = c.claim
                      JOIN matching.line l ON l.street = $1::int AND l.street = k.street AND l.id = k.line
                     WHERE c.street = $1::int AND c.street = a.street AND c.agreement = a.id)))::text AS item
  FROM matching.agreement a
  JOIN matching.project p ON p.street = $1::int AND p.street = a.street AND p.id = a.project
  JOIN matching.organisation o ON o.id = a.organisation
 WHERE a.street = $1::int AND a.id = $2::uuid

-- name: agreement_list   (newest first)
SELECT a.id::text AS cursor,
       jsonb_strip_nulls(jsonb_build_object('id', a.id, 'project', a.project, 'number', p.number, 'organisation', a.organisation,
         'organisation_name', o.name, 'fair', a.fair, 'organiser', a.organiser, 'state', a.state, 'due_on', a.due_on,
         'drafted_at', a.drafted_at, 'signed_at', a.signed_at, 'parties', a.parties,
         'signatures', (SELECT count(*) FROM matching.agreement_signature x WHERE x.street = $1::int AND x.street = a.street AND x.agreement = a.id)))::text AS item
  FROM matching.agreement a
  JOIN matching.project p ON p.street = $1::int AND p.street = a.street AND p.id = a.project
  JOIN matching.organisation o ON o.id = a.organisation
 WHERE a.street = $1::int AND ($2::uuid IS NULL OR a.project = $2::uuid) AND ($3::text IS NULL OR a.state = $3::text)
   AND ($4::text = '' OR a.id < nullif($4::text, '')::uuid)
 ORDER BY a.id DESC
 LIMIT $5::int8
