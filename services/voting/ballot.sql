-- name: ballot_project   (held until COMMIT: a ballot is either counted or comes too late; closed is asked after it, in a new snapshot)
SELECT p.round, p.completed_at FROM voting.project p WHERE p.street = $1::int AND p.id = $2::uuid FOR KEY SHARE OF p

-- name: ballot_lock
SELECT p.round, p.completed_at FROM voting.project p WHERE p.street = $1::int AND p.id = $2::uuid FOR UPDATE OF p

-- name: ballot_closed
SELECT closed_at FROM voting.ballot_result WHERE street = $1::int AND project = $2::uuid

-- name: ballot_cast   (only a greater op wins)
INSERT INTO voting.ballot AS b (street, project, voter, op, score)
SELECT p.street, p.id, $3::uuid, $4::uuid, $5::int8 FROM voting.project p WHERE p.street = $1::int AND p.id = $2::uuid
ON CONFLICT (street, project, voter) DO UPDATE SET op = excluded.op, score = excluded.score WHERE b.op < excluded.op
RETURNING score

-- name: ballot_look
SELECT op, score FROM voting.ballot WHERE street = $1::int AND project = $2::uuid AND voter = $3::uuid

-- name: ballot_count
SELECT count(*) AS ballots, coalesce(sum(score), 0)::int8 AS score_sum FROM voting.ballot WHERE street = $1::int AND project = $2::uuid

-- name: ballot_close
INSERT INTO voting.ballot_result (street, project, ballots, score_sum, least, closed_at, closed_by)
VALUES ($1::int, $2::uuid, $3::int8, $4::int8, $5::int8, $6::timestamptz, $7::uuid)

-- name: ballot_get   (while it is open nobody sees how it stands)
SELECT jsonb_strip_nulls(jsonb_build_object('project', p.id,
         'state', CASE WHEN r.project IS NOT NULL THEN 'closed' WHEN p.completed_at IS NULL THEN 'not_yet' ELSE 'open' END,
         'ballots', r.ballots, 'score_sum', r.score_sum, 'least', r.least, 'enough', r.ballots >= r.least, 'closed_at', r.closed_at))::text AS item
  FROM voting.project p
  LEFT JOIN voting.ballot_result r ON r.street = $1::int AND r.street = p.street AND r.project = p.id
 WHERE p.street = $1::int AND p.id = $2::uuid
