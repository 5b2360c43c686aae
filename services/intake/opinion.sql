-- name: opinions_insert   (joined with the counter's row: one statement, one shard)
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, person, entered_by, source, source_id,
                            source_likes, source_dislikes, received_at, answered_at, recorded_at)
SELECT k.street, t.id, t.n, t.receipt, t.region, t.channel, t.category, t.person, t.entered_by, t.source, t.source_id,
       t.likes, t.dislikes, t.received_at, t.answered_at, $2::timestamptz
  FROM unnest($3::uuid[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[], $10::uuid[], $11::text[],
              $12::text[], $13::int8[], $14::int8[], $15::timestamptz[], $16::timestamptz[])
       AS t(id, n, receipt, region, channel, category, person, entered_by, source, source_id, likes, dislikes, received_at, answered_at)
  JOIN intake.counter k ON k.street = $1::int AND k.name = 'receipt'
ON CONFLICT DO NOTHING
RETURNING id

-- name: opinion_lock
SELECT region, category, channel, received_at, answered_at FROM intake.opinion WHERE street = $1::int AND id = $2::uuid FOR UPDATE

-- name: answers_count
SELECT count(*) AS n FROM intake.answer WHERE street = $1::int AND opinion = $2::uuid

-- name: answer_insert
INSERT INTO intake.answer (street, opinion, n, answered_by, answered_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::int8::int, $4::uuid, $5::timestamptz, $6::timestamptz)

-- name: opinion_answered
UPDATE intake.opinion SET answered_at = $3::timestamptz WHERE street = $1::int AND id = $2::uuid AND answered_at IS NULL

-- name: classification_insert
INSERT INTO intake.classification (street, opinion, op, region, category, old_region, old_category, classified_by, classified_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::text, $5::text, $6::text, $7::text, $8::uuid, $9::timestamptz, $10::timestamptz)

-- name: opinion_classify
UPDATE intake.opinion SET region = $3::text, category = $4::text WHERE street = $1::int AND id = $2::uuid
