-- name: ambassador_add
INSERT INTO supervision.ambassador (street, id, person, region, kind, appointed_at, appointed_by)
VALUES ($1::int, $2::uuid, $3::uuid, $4::text, $5::text, $6::timestamptz, $7::uuid)

-- name: draw_commit
INSERT INTO supervision.draw_commitment (street, project, commitment, committed_at, committed_by)
VALUES ($1::int, $2::uuid, $3::text, $4::timestamptz, $5::uuid)

-- name: draw_committed
SELECT commitment FROM supervision.draw_commitment WHERE street = $1::int AND project = $2::uuid

-- name: ambassador_pool   (who may act in the whole street now, gives to nothing and carries nothing out in the district, and is not recused)
SELECT DISTINCT a.person FROM supervision.appointment a
 WHERE a.role = 'ambassador' AND a.region IN ($1::text, left($1::text, 6))
   AND a.valid_from <= $2::timestamptz AND (a.valid_until IS NULL OR a.valid_until > $2::timestamptz)
   AND NOT EXISTS (SELECT FROM supervision.appointment o
                    WHERE o.person = a.person AND o.role IN ('sponsor', 'organisation') AND left(o.region, 6) = left($1::text, 6)
                      AND o.valid_from <= $2::timestamptz AND (o.valid_until IS NULL OR o.valid_until > $2::timestamptz))
   AND NOT EXISTS (SELECT FROM supervision.recused x WHERE x.street = $3::int AND x.project = $4::uuid AND x.person = a.person)
 ORDER BY a.person

-- name: ambassador_draw
INSERT INTO supervision.draw (street, project, seed, wanted, pool, drawn_at, drawn_by, commitment)
VALUES ($1::int, $2::uuid, $3::text, $4::int8, $5::uuid[], $6::timestamptz, $7::uuid, $8::text)

-- name: ambassador_drawn
SELECT 1::int8 AS drawn FROM supervision.draw WHERE street = $1::int AND project = $2::uuid

-- name: ambassador_assign   (the same citizens at all four control points)
INSERT INTO supervision.assignment (street, project, point, ambassador, n)
SELECT d.street, d.project, p.point, t.ambassador, t.n
  FROM unnest($3::uuid[]) WITH ORDINALITY AS t(ambassador, n)
 CROSS JOIN unnest(ARRAY['initiation', 'funds', 'tender', 'site']) AS p(point)
  JOIN supervision.draw d ON d.street = $1::int AND d.project = $2::uuid
ON CONFLICT (street, project, point, ambassador) DO NOTHING

-- name: ambassador_of
SELECT n FROM supervision.assignment WHERE street = $1::int AND project = $2::uuid AND point = $3::text AND ambassador = $4::uuid

-- name: ambassador_list
SELECT jsonb_strip_nulls(jsonb_build_object('project', b.project, 'commitment', k.commitment, 'committed_at', k.committed_at, 'seed', d.seed, 'drawn_at', d.drawn_at, 'pool', to_jsonb(d.pool),
         'ambassadors', (SELECT coalesce(jsonb_agg(jsonb_build_object('person', a.ambassador, 'n', a.n) ORDER BY a.n), '[]'::jsonb)
                           FROM supervision.assignment a
                          WHERE a.street = $1::int AND a.project = $2::uuid AND a.point = 'site')))::text AS item
  FROM supervision.books b
  LEFT JOIN supervision.draw_commitment k ON k.street = $1::int AND k.street = b.street AND k.project = b.project
  LEFT JOIN supervision.draw d ON d.street = $1::int AND d.street = b.street AND d.project = b.project
 WHERE b.street = $1::int AND b.project = $2::uuid
