-- name: heat_known
SELECT n FROM voting.heat_cursor WHERE street = $1::int AND writer = $2::uuid

-- name: heat_writer
INSERT INTO voting.heat_cursor (street, writer, n) VALUES ($1::int, $2::uuid, 0) ON CONFLICT (street, writer) DO NOTHING

-- name: heat_append
INSERT INTO voting.heat_delta (street, writer, n, projects, flips) VALUES ($1::int, $2::uuid, $3::int8, $4::uuid[], $5::int[])

-- name: heat_streets   (once a second, over all streets with an open second notice)
SELECT g.street FROM voting.gate g
 WHERE g.open > 0 AND EXISTS (SELECT FROM voting.heat_cursor w WHERE w.street = g.street
   AND EXISTS (SELECT FROM voting.heat_delta d WHERE d.street = g.street AND d.street = w.street AND d.writer = w.writer AND d.n > w.n))

-- name: heat_gate   (one folds at a time; likes, which hold the gate shared, do not notice)
SELECT 1 FROM voting.gate WHERE street = $1::int FOR NO KEY UPDATE SKIP LOCKED

-- name: heat_news   (how far each writer is to be folded; bounded, so that a fold after a long stop stays short)
SELECT w.writer, w.n, x.upto
  FROM voting.heat_cursor w
 CROSS JOIN LATERAL (SELECT max(d.n) AS upto FROM (SELECT d.n FROM voting.heat_delta d
        WHERE d.street = $1::int AND d.street = w.street AND d.writer = w.writer AND d.n > w.n ORDER BY d.n LIMIT 2000) d) x
 WHERE w.street = $1::int AND x.upto IS NOT NULL
 ORDER BY w.writer

-- name: heat_sum
SELECT u.project, sum(u.flip)::int8 AS flips
  FROM unnest($2::uuid[], $3::int8[], $4::int8[]) AS t(writer, n, upto)
  JOIN voting.heat_delta d ON d.street = $1::int AND d.writer = t.writer AND d.n > t.n AND d.n <= t.upto
 CROSS JOIN LATERAL unnest(d.projects, d.flips) AS u(project, flip)
 GROUP BY u.project
HAVING sum(u.flip) <> 0
 ORDER BY u.project

-- name: heat_add
INSERT INTO voting.heat AS h (street, project, heat)
SELECT p.street, p.id, t.flips
  FROM unnest($2::uuid[], $3::int8[]) AS t(project, flips)
  JOIN voting.project p ON p.street = $1::int AND p.id = t.project
 ORDER BY t.project
ON CONFLICT (street, project) DO UPDATE SET heat = h.heat + excluded.heat
RETURNING project, heat

-- name: heat_folded
UPDATE voting.heat_cursor w SET n = t.upto
  FROM unnest($2::uuid[], $3::int8[]) AS t(writer, upto)
 WHERE w.street = $1::int AND w.writer = t.writer

-- name: heat_list   (greatest heat first, ties by number)
SELECT x.item, x.cursor
  FROM (SELECT jsonb_strip_nulls(jsonb_build_object('project', p.id, 'number', p.number, 'title', p.title, 'category', p.category,
                 'region', p.region, 'round', p.round, 'heat', greatest(coalesce(h.heat, 0), 0), 'state', p.state, 'rank', l.rank))::text AS item,
               (lpad((2000000000 - coalesce(h.heat, 0))::text, 10, '0') || '.' || p.number) COLLATE "C" AS cursor
          FROM voting.project p
          LEFT JOIN voting.heat h ON h.street = $1::int AND h.street = p.street AND h.project = p.id
          LEFT JOIN voting.listing l ON l.street = $1::int AND l.street = p.street AND l.project = p.id
         WHERE p.street = $1::int AND p.likes_from IS NOT NULL
           AND ($2::int8 IS NULL OR p.round = $2::int8) AND ($3::text IS NULL OR p.category = $3::text)) x
 WHERE $4::text = '' OR x.cursor > $4::text COLLATE "C"
 ORDER BY x.cursor
 LIMIT $5::int8
