-- name: regions_known   (a grid or a stairwell is known when its community is)
SELECT DISTINCT t.code
  FROM unnest($1::text[]) AS t(code)
  JOIN intake.region r ON r.code = left(t.code, 12)

-- name: region_last
SELECT op FROM intake.region_change WHERE street = $1::int AND code = $2::text ORDER BY op DESC LIMIT 1

-- name: region_change_insert
INSERT INTO intake.region_change (street, code, op, name, households, parent, changed_by, changed_at, recorded_at)
VALUES ($1::int, $2::text, $3::uuid, $4::text, $5::int8::int, $6::text, $7::uuid, $8::timestamptz, $9::timestamptz)

-- name: region_set
INSERT INTO intake.region AS r (code, name, households, parent, valid_from, valid_until)
VALUES ($1::text, $2::text, $3::int8::int, $4::text, $5::timestamptz, NULL)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, households = excluded.households, parent = excluded.parent, valid_from = excluded.valid_from

-- name: region_list
SELECT json_strip_nulls(json_build_object('code', code, 'name', name, 'households', households, 'parent', parent)) AS item, code AS cursor
  FROM intake.region
 WHERE starts_with(code, $1::text) AND code > $2::text
 ORDER BY code
 LIMIT $3::int8
