-- name: review_insert
INSERT INTO intake.review (street, id, round, state, opened_by, opened_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::int8::int, 'open', $4::uuid, $5::timestamptz, $6::timestamptz)

-- name: seats_insert
INSERT INTO intake.review_seat (street, review, n, person, kind, appointment)
SELECT r.street, r.id, t.n::int, t.person, t.kind, t.appointment
  FROM unnest($3::int8[], $4::uuid[], $5::text[], $6::uuid[]) AS t(n, person, kind, appointment)
  JOIN intake.review r ON r.street = $1::int AND r.id = $2::uuid
ON CONFLICT (street, review, n) DO NOTHING

-- name: items_insert
INSERT INTO intake.review_item (street, review, proposal)
SELECT p.street, $2::uuid, p.id
  FROM unnest($3::uuid[]) AS t(id)
  JOIN intake.proposal p ON p.street = $1::int AND p.id = t.id
ON CONFLICT (street, review, proposal) DO NOTHING

-- name: review_lock
SELECT state FROM intake.review WHERE street = $1::int AND id = $2::uuid FOR UPDATE

-- name: verdict_own   (proposals of these that the person drafted or entered)
SELECT p.number FROM intake.proposal p
 WHERE p.street = $1::int AND p.id = ANY ($2::uuid[])
   AND (p.drafted_by = $3::uuid OR $3::uuid = (SELECT y.person FROM intake.entry y WHERE y.street = $1::int AND y.id = p.entry))
 ORDER BY p.number LIMIT 1

-- name: seat_of
SELECT n::int8 AS n FROM intake.review_seat WHERE street = $1::int AND review = $2::uuid AND person = $3::uuid

-- name: verdicts_insert   (fewer rows than verdicts: one is of a proposal that is not before this review, or was given already)
INSERT INTO intake.verdict (street, review, proposal, seat, people_need, verdict, reason, given_at, recorded_at)
SELECT i.street, i.review, i.proposal, $3::int8::int, t.people_need, t.verdict, t.reason, $8::timestamptz, $9::timestamptz
  FROM unnest($4::uuid[], $5::bool[], $6::text[], $7::text[]) AS t(proposal, people_need, verdict, reason)
  JOIN intake.review_item i ON i.street = $1::int AND i.review = $2::uuid AND i.proposal = t.proposal
ON CONFLICT (street, review, proposal, seat) DO NOTHING
RETURNING proposal

-- name: seats_of
SELECT n::int8 AS n, kind, appointment FROM intake.review_seat WHERE street = $1::int AND review = $2::uuid ORDER BY n

-- name: review_items
SELECT proposal FROM intake.review_item WHERE street = $1::int AND review = $2::uuid ORDER BY proposal

-- name: verdicts_of
SELECT proposal, seat::int8 AS seat, verdict FROM intake.verdict WHERE street = $1::int AND review = $2::uuid ORDER BY proposal, seat

-- name: review_close
UPDATE intake.review SET state = 'closed', closed_by = $3::uuid, closed_at = $4::timestamptz
 WHERE street = $1::int AND id = $2::uuid AND state = 'open'

-- name: review_get   (verdicts are shown once the review is closed, all at one moment)
SELECT json_strip_nulls(json_build_object('id', r.id, 'round', r.round, 'state', r.state, 'opened_at', r.opened_at, 'closed_at', r.closed_at,
         'seats', coalesce((SELECT json_agg(json_build_object('n', s.n, 'kind', s.kind) ORDER BY s.n)
                              FROM intake.review_seat s WHERE s.street = $1::int AND s.review = r.id), '[]'),
         'proposals', coalesce((SELECT json_agg(json_build_object('id', p.id, 'number', p.number, 'title', p.title,
              'seats', (SELECT count(*) FROM intake.review_seat s WHERE s.street = $1::int AND s.review = r.id),
              'given', (SELECT count(*) FROM intake.verdict v WHERE v.street = $1::int AND v.review = r.id AND v.proposal = p.id),
              'state', p.state,
              'verdicts', coalesce((SELECT json_agg(json_build_object('seat', v.seat, 'people_need', v.people_need, 'verdict', v.verdict, 'reason', v.reason) ORDER BY v.seat)
                                      FROM intake.verdict v
                                     WHERE v.street = $1::int AND v.review = r.id AND v.proposal = p.id AND r.state = 'closed'), '[]')) ORDER BY p.number)
            FROM intake.review_item i JOIN intake.proposal p ON p.street = $1::int AND p.id = i.proposal
           WHERE i.street = $1::int AND i.review = r.id), '[]'))) AS item
  FROM intake.review r
 WHERE r.street = $1::int AND r.id = $2::uuid
