-- name: appraisal_complete
INSERT INTO supervision.completion (street, project, milestones, report, spent, completed_at, completed_by)
VALUES ($1::int, $2::uuid, $3::int8, $4::text, $5::int8, $6::timestamptz, $7::uuid)

-- name: appraisal_ballot
INSERT INTO supervision.ballot (street, project, ballots, score_sum, enough, closed_at)
VALUES ($1::int, $2::uuid, $3::int8, $4::int8, $5::bool, $6::timestamptz)
ON CONFLICT (street, project) DO NOTHING

-- name: appraisal_standing
SELECT coalesce(max(r.n), 0)::int8 AS n, coalesce(max(r.marks), 0)::int8 AS marks, count(*) FILTER (WHERE r.ambassador = $3::uuid) AS mine
  FROM supervision.rubric r WHERE r.street = $1::int AND r.project = $2::uuid

-- name: appraisal_give
INSERT INTO supervision.rubric (street, project, n, point, ambassador, results, money, punctual, benefit, b_marks, marks, note, given_at)
VALUES ($1::int, $2::uuid, $3::int8, 'site', $4::uuid, $5::int8, $6::int8, $7::int8, $8::int8, $9::int8, $10::int8, $11::text, $12::timestamptz)

-- name: appraisal_heard
SELECT ballots, score_sum, enough FROM supervision.ballot WHERE street = $1::int AND project = $2::uuid

-- name: appraisal_close
INSERT INTO supervision.appraisal (street, project, formula, ambassadors, marks, ballots, score_sum, enough, score, result, closed_at, closed_by)
VALUES ($1::int, $2::uuid, 1, $3::int8, $4::int8, $5::int8, $6::int8, $7::bool, $8::int8, $9::text, $10::timestamptz, $11::uuid)
