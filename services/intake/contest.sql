-- name: contest_insert
INSERT INTO intake.contest (street, id, round, title, call, entries, opened_by, opened_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::int8::int, $4::text, $5::text, 0, $6::uuid, $7::timestamptz, $8::timestamptz)

-- name: contest_number
UPDATE intake.contest SET entries = entries + 1 WHERE street = $1::int AND id = $2::uuid RETURNING entries

-- name: entry_insert
INSERT INTO intake.entry (street, id, contest, n, person, submitted_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::int8::int, $5::uuid, $6::timestamptz, $7::timestamptz)

-- name: entry_list
SELECT json_build_object('id', y.id, 'n', y.n, 'title', coalesce(w.masked_subject, w.subject, ''), 'text', coalesce(w.masked_body, w.body, ''),
         'submitted_at', y.submitted_at) AS item, y.n::text AS cursor
  FROM intake.entry y
  LEFT JOIN intake.words w ON w.street = $1::int AND w.about = y.id AND w.part = 0
 WHERE y.street = $1::int AND y.contest = $2::uuid AND y.n > $3::int8
 ORDER BY y.n
 LIMIT $4::int8
