-- name: milestone_gate   (the version in force)
SELECT g.version, g.upto, g.need FROM supervision.gate g
 WHERE g.kind = $1::text AND g.upto >= $2::int8 AND g.valid_from <= $3::timestamptz
 ORDER BY g.version DESC, g.upto LIMIT 1

-- name: milestone_last
SELECT coalesce(max(n), 0)::int8 AS n FROM supervision.milestone WHERE street = $1::int AND project = $2::uuid

-- name: milestone_add
INSERT INTO supervision.milestone (street, id, project, n, title, point, gate_version, gate_kind, gate_upto, need, due_on, planned_at,
  planned_by)
SELECT b.street, t.id, b.project, t.n, t.title, t.point, $7::int8, 'milestone', $8::int8, $9::int8, t.due_on::date, $10::timestamptz, $11::uuid
  FROM unnest($3::uuid[], $4::int8[], $5::text[], $6::text[], $12::text[]) AS t(id, n, title, point, due_on)
  JOIN supervision.books b ON b.street = $1::int AND b.project = $2::uuid
ON CONFLICT (street, id) DO NOTHING

-- name: milestone_get
SELECT m.project, m.n, m.point, m.need FROM supervision.milestone m WHERE m.street = $1::int AND m.id = $2::uuid

-- name: milestone_signatures
SELECT count(*) AS n, count(*) FILTER (WHERE ambassador = $3::uuid) AS mine
  FROM supervision.milestone_signature WHERE street = $1::int AND milestone = $2::uuid

-- name: milestone_sign
INSERT INTO supervision.milestone_signature (street, milestone, n, project, point, ambassador, note, signed_at)
VALUES ($1::int, $2::uuid, $3::int8, $4::uuid, $5::text, $6::uuid, $7::text, $8::timestamptz)

-- name: milestone_accepted
SELECT coalesce(max(k), 0)::int8 AS k FROM supervision.acceptance WHERE street = $1::int AND project = $2::uuid

-- name: milestone_accept
INSERT INTO supervision.acceptance (street, project, k, milestone, need, accepted_at)
VALUES ($1::int, $2::uuid, $3::int8, $4::uuid, $5::int8, $6::timestamptz)

-- name: milestone_list
SELECT jsonb_build_object('items', coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', m.id, 'n', m.n, 'title', m.title,
         'point', m.point, 'need', m.need, 'due_on', m.due_on, 'signed_at', a.accepted_at, 'accepted', a.milestone IS NOT NULL,
         'signatures', (SELECT count(*) FROM supervision.milestone_signature s
                         WHERE s.street = $1::int AND s.street = m.street AND s.milestone = m.id))) ORDER BY m.n)
         FROM supervision.milestone m
         LEFT JOIN supervision.acceptance a ON a.street = $1::int AND a.street = m.street AND a.milestone = m.id
        WHERE m.street = $1::int AND m.project = $2::uuid), '[]'::jsonb))::text AS item
