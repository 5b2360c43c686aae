-- name: fair_add   (also the copy that an event makes in each street)
INSERT INTO matching.fair (street, id, organiser, name, round, streets, opens_at)
VALUES ($1::int, $2::uuid, $3::text, $4::text, $5::int8, $6::text[], $7::timestamptz)
ON CONFLICT (street, id) DO NOTHING

-- name: fair_lock
SELECT organiser, round, array_to_string(streets, ',') AS streets, closed_at FROM matching.fair
 WHERE street = $1::int AND id = $2::uuid FOR UPDATE

-- name: fair_end
UPDATE matching.fair SET closed_at = $3::timestamptz WHERE street = $1::int AND id = $2::uuid AND closed_at IS NULL

-- name: fair_others   (fairs of the round in this street: any still open, any closed)
SELECT coalesce(bool_or(closed_at IS NULL), false) AS open, coalesce(bool_or(closed_at IS NOT NULL), false) AS closed FROM matching.fair
 WHERE street = $1::int AND round = $2::int8 AND $3::text = ANY(streets)

-- name: fair_lines   (what may become unclaimed: nobody claims from here to COMMIT)
SELECT l.id FROM matching.line l
 WHERE l.street = $1::int AND l.claimed = 0
   AND EXISTS (SELECT FROM matching.project p WHERE p.street = $1::int AND p.street = l.street AND p.id = l.project AND p.round = $2::int8 AND p.state = 'listed')
 ORDER BY l.id FOR UPDATE OF l

-- name: fair_unclaimed
SELECT p.id, p.heat,
       (SELECT coalesce(sum(l.need), 0)::int8 FROM matching.line l
         WHERE l.street = $1::int AND l.street = p.street AND l.project = p.id AND l.kind = 'money') AS need_fen
  FROM matching.project p
 WHERE p.street = $1::int AND p.round = $2::int8 AND p.state = 'listed' AND ($3::uuid IS NULL OR p.id = $3::uuid)
   AND NOT EXISTS (SELECT FROM matching.claim k WHERE k.street = $1::int AND k.street = p.street AND k.project = p.id AND k.state IN ('made', 'confirmed'))
 ORDER BY p.category, p.rank, p.number

-- name: fair_chance
UPDATE matching.project p SET state = 'unclaimed', next = t.next
  FROM unnest($2::uuid[], $3::text[]) AS t(id, next)
 WHERE p.street = $1::int AND p.id = t.id

-- name: fair_list   (newest first)
SELECT f.id::text AS cursor,
       jsonb_strip_nulls(jsonb_build_object('id', f.id, 'organiser', f.organiser, 'name', f.name, 'round', f.round, 'streets', f.streets,
         'state', CASE WHEN f.closed_at IS NOT NULL THEN 'closed' WHEN f.opens_at > $5::timestamptz THEN 'coming' ELSE 'open' END,
         'opens_at', f.opens_at, 'closed_at', f.closed_at))::text AS item
  FROM matching.fair f
 WHERE f.street = $1::int AND ($2::int8 IS NULL OR f.round = $2::int8) AND ($3::text = '' OR f.id < nullif($3::text, '')::uuid)
 ORDER BY f.id DESC
 LIMIT $4::int8

-- name: fair_get
SELECT jsonb_strip_nulls(jsonb_build_object('id', f.id, 'organiser', f.organiser, 'name', f.name, 'round', f.round, 'streets', f.streets,
         'state', CASE WHEN f.closed_at IS NOT NULL THEN 'closed' WHEN f.opens_at > $3::timestamptz THEN 'coming' ELSE 'open' END,
         'opens_at', f.opens_at, 'closed_at', f.closed_at))::text AS item
  FROM matching.fair f WHERE f.street = $1::int AND f.id = $2::uuid
