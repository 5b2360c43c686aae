-- name: line_expect   (project.listed may have come first)
INSERT INTO matching.project (street, id, number, title, category, region, round, state)
VALUES ($1::int, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::int8, 'passed')
ON CONFLICT (street, id) DO UPDATE SET number = excluded.number, title = excluded.title, category = excluded.category, region = excluded.region

-- name: line_add
INSERT INTO matching.line (street, id, project, n, kind, unit, what, need, claimed)
SELECT p.street, t.id, p.id, t.n, t.kind, t.unit, t.what, t.need, 0
  FROM unnest($3::uuid[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::int8[]) AS t(id, n, kind, unit, what, need)
  JOIN matching.project p ON p.street = $1::int AND p.id = $2::uuid
ON CONFLICT (street, id) DO NOTHING

-- name: line_list
INSERT INTO matching.project (street, id, round, state, rank, heat) VALUES ($1::int, $2::uuid, $3::int8, 'listed', $4::int8, $5::int8)
ON CONFLICT (street, id) DO UPDATE SET state = 'listed', rank = excluded.rank, heat = excluded.heat

-- name: lines_lock
SELECT id FROM matching.line WHERE street = $1::int AND project = $2::uuid ORDER BY id FOR UPDATE

-- name: lines_free   (the lines are locked)
UPDATE matching.line l SET claimed = l.claimed - t.amount
  FROM (SELECT k.line, sum(k.amount)::int8 AS amount FROM matching.claim k WHERE k.street = $1::int AND k.id = ANY($2::uuid[]) GROUP BY k.line) t
 WHERE l.street = $1::int AND l.id = t.line

-- name: need_line_list   (by project number and line)
SELECT x.cursor, x.item FROM (
  SELECT (coalesce(p.number, '') || '.' || lpad(l.n::text, 4, '0')) COLLATE "C" AS cursor,
         jsonb_strip_nulls(jsonb_build_object('line', l.id, 'project', p.id, 'number', p.number, 'title', p.title, 'category', p.category,
           'region', p.region, 'round', p.round, 'state', p.state, 'rank', p.rank, 'heat', p.heat, 'n', l.n, 'kind', l.kind, 'unit', l.unit,
           'what', l.what, 'need', l.need, 'claimed', l.claimed, 'left', l.need - l.claimed))::text AS item
    FROM matching.line l JOIN matching.project p ON p.street = $1::int AND p.street = l.street AND p.id = l.project
   WHERE l.street = $1::int AND ($2::uuid IS NULL OR l.project = $2::uuid) AND ($3::text IS NULL OR l.kind = $3::text)
     AND ($4::int8 IS NULL OR p.round = $4::int8) AND ($5::text IS NULL OR p.state = $5::text)
     AND ($6::bool IS NULL OR $6::bool = (l.claimed < l.need))) x
 WHERE $7::text = '' OR x.cursor > $7::text COLLATE "C"
 ORDER BY x.cursor
 LIMIT $8::int8
