-- name: notice_propose
INSERT INTO voting.project (street, id, number, title, category, region, round, state)
VALUES ($1::int, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::int, 'published')
ON CONFLICT (street, id) DO NOTHING

-- name: notice_expect
INSERT INTO voting.project (street, id, number, title, category, region, round, state)
VALUES ($1::int, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::int, 'passed')
ON CONFLICT (street, id) DO UPDATE SET number = excluded.number, title = excluded.title, category = excluded.category,
  region = excluded.region, round = excluded.round, state = 'passed'

-- name: ballot_expect
UPDATE voting.project SET state = 'completed', completed_at = $3::timestamptz WHERE street = $1::int AND id = $2::uuid
