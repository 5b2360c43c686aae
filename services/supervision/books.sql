-- name: books_open   (a second agreement of the same project changes nothing here but its promises)
INSERT INTO supervision.books (street, project, agreement, organisation, organiser, fair, state, opened_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::uuid, $5::text, $6::uuid, 'running', $7::timestamptz)
ON CONFLICT (street, project) DO NOTHING

-- name: books_promise
INSERT INTO supervision.promise (street, claim, project, sponsor, source_kind, kind, amount, unit)
SELECT b.street, t.claim, b.project, t.sponsor, t.source_kind, t.kind, t.amount, t.unit
  FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::int8[], $8::text[]) AS t(claim, sponsor, source_kind, kind, amount, unit)
  JOIN supervision.books b ON b.street = $1::int AND b.project = $2::uuid
ON CONFLICT (street, claim) DO NOTHING

-- name: books_lock
SELECT b.organisation, b.organiser, b.state FROM supervision.books b WHERE b.street = $1::int AND b.project = $2::uuid FOR NO KEY UPDATE OF b

-- name: books_state
UPDATE supervision.books SET state = $3::text WHERE street = $1::int AND project = $2::uuid

-- name: books_giver
SELECT p.sponsor, p.source_kind, p.kind, p.unit, p.amount FROM supervision.promise p
 WHERE p.street = $1::int AND p.claim = $2::uuid AND p.project = $3::uuid

-- name: books_figures
SELECT coalesce(sum(m.received), 0)::int8 AS received, coalesce(sum(m.spent), 0)::int8 AS spent, coalesce(sum(m.held), 0)::int8 AS held,
       coalesce(sum(m.returned), 0)::int8 AS returned,
       (SELECT coalesce(sum(p.fen), 0)::int8 FROM supervision.payment p
          LEFT JOIN supervision.paid d ON d.street = $1::int AND d.street = p.street AND d.payment = p.id
         WHERE p.street = $1::int AND p.project = $2::uuid AND d.payment IS NULL) AS waiting,
       (SELECT count(*) FROM supervision.milestone s WHERE s.street = $1::int AND s.project = $2::uuid) AS planned,
       (SELECT count(*) FROM supervision.acceptance a WHERE a.street = $1::int AND a.project = $2::uuid) AS accepted
  FROM (SELECT DISTINCT ON (v.lot) v.received, v.spent, v.held, v.returned
          FROM supervision.lot l JOIN supervision.lot_move v ON v.street = $1::int AND v.street = l.street AND v.lot = l.id
         WHERE l.street = $1::int AND l.project = $2::uuid ORDER BY v.lot, v.n DESC) m

-- name: project_books_get
SELECT jsonb_strip_nulls(jsonb_build_object('project', b.project, 'organisation', b.organisation, 'organiser', b.organiser, 'state', b.state,
         'opened_at', b.opened_at, 'completed_at', c.completed_at, 'score', a.score, 'result', a.result,
         'promised_fen', (SELECT coalesce(sum(p.amount), 0)::int8 FROM supervision.promise p
                           WHERE p.street = $1::int AND p.project = $2::uuid AND p.kind = 'money'),
         'received_fen', m.received, 'spent_fen', m.spent, 'held_fen', m.held, 'returned_fen', m.returned,
         'milestones', (SELECT count(*) FROM supervision.milestone s WHERE s.street = $1::int AND s.project = $2::uuid),
         'accepted', (SELECT count(*) FROM supervision.acceptance s WHERE s.street = $1::int AND s.project = $2::uuid),
         'gifts', (SELECT count(*) FROM supervision.gift g WHERE g.street = $1::int AND g.project = $2::uuid),
         'corrections', (SELECT count(*) FROM supervision.correction o WHERE o.street = $1::int AND o.project = $2::uuid),
         'claims', (SELECT coalesce(jsonb_agg(jsonb_build_object('claim', p.claim, 'sponsor', p.sponsor, 'source_kind', p.source_kind,
                            'kind', p.kind, 'amount', p.amount, 'unit', p.unit) ORDER BY p.claim), '[]'::jsonb)
                      FROM supervision.promise p WHERE p.street = $1::int AND p.project = $2::uuid)))::text AS item
  FROM supervision.books b
  LEFT JOIN supervision.completion c ON c.street = $1::int AND c.street = b.street AND c.project = b.project
  LEFT JOIN supervision.appraisal a ON a.street = $1::int AND a.street = b.street AND a.project = b.project
 CROSS JOIN (SELECT coalesce(sum(x.received), 0)::int8 AS received, coalesce(sum(x.spent), 0)::int8 AS spent,
                    coalesce(sum(x.held), 0)::int8 AS held, coalesce(sum(x.returned), 0)::int8 AS returned
               FROM (SELECT DISTINCT ON (v.lot) v.received, v.spent, v.held, v.returned
                       FROM supervision.lot l JOIN supervision.lot_move v ON v.street = $1::int AND v.street = l.street AND v.lot = l.id
                      WHERE l.street = $1::int AND l.project = $2::uuid ORDER BY v.lot, v.n DESC) x) m
 WHERE b.street = $1::int AND b.project = $2::uuid
