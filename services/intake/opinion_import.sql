-- name: import_known
SELECT source_id, id, receipt FROM intake.opinion WHERE street = $1::int AND source = $2::text AND source_id = ANY ($3::text[])

-- name: import_answers
INSERT INTO intake.answer (street, opinion, n, answered_by, answered_at, recorded_at)
SELECT k.street, t.opinion, 1, $2::uuid, t.answered_at, $3::timestamptz
  FROM unnest($4::uuid[], $5::timestamptz[]) AS t(opinion, answered_at)
  JOIN intake.counter k ON k.street = $1::int AND k.name = 'receipt'
ON CONFLICT (street, opinion, n) DO NOTHING
