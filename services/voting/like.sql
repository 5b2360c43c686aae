-- The hot path. Lock order: gate, likes, heat, stream head.

-- name: like_rounds   (a project's round never changes once it was on a second notice: then the answer is cached)
SELECT id, round, likes_from IS NOT NULL AS settled FROM voting.project WHERE street = $1::int AND id = ANY($2::uuid[])

-- name: like_gate   (until COMMIT: who closes a notice waits for us, and we for them, before the snapshot of like_put is taken)
SELECT 1 FROM voting.gate WHERE street = $1::int FOR KEY SHARE

-- name: like_put   (a group is one street; the last op per key was chosen in C; one statement, because a row that is not there
--                   yet cannot be locked: two processes would both see "new". `was` = the state before; no row back = the
--                   project is not open to likes at that time, or a greater op was there. OFFSET 0: a plan made
--                   while the tables were empty must still look each project up by its key)
INSERT INTO voting.likes AS l (street, project, voter, liked, was, op)
SELECT p.street, p.id, t.voter, t.liked, false, t.op
  FROM unnest($2::uuid[], $3::uuid[], $4::bool[], $5::uuid[], $6::timestamptz[]) AS t(project, voter, liked, op, now)
  JOIN LATERAL (SELECT q.street, q.id FROM voting.project q
                 WHERE q.street = $1::int AND q.id = t.project AND t.now >= q.likes_from AND t.now < q.likes_until OFFSET 0) p ON true
 ORDER BY t.project, t.voter
ON CONFLICT (street, project, voter) DO UPDATE SET was = l.liked, liked = excluded.liked, op = excluded.op
 WHERE l.op < excluded.op
RETURNING project, voter, was

-- name: like_look   (for those that got no row back)
SELECT l.project, l.voter, l.op, l.liked, l.was
  FROM unnest($2::uuid[], $3::uuid[]) AS t(project, voter)
  JOIN voting.likes l ON l.street = $1::int AND l.project = t.project AND l.voter = t.voter
 ORDER BY l.project, l.voter
