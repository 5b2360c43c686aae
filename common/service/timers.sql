-- name: timer_put
INSERT INTO due (street, op, id, at) VALUES ($1::int, $2::text, $3::uuid, $4::timestamptz)
ON CONFLICT (street, op, id) DO UPDATE SET at = excluded.at

-- name: due_streets   (unlocked, one question to all shards; the rows are taken street by street)
SELECT DISTINCT street FROM due WHERE at <= $1::timestamptz ORDER BY street LIMIT 256

-- name: due_count
SELECT count(*) AS n FROM due WHERE at <= $1::timestamptz

-- name: due_take   (another instance has it: passed over)
SELECT op, id, at FROM due
 WHERE street = $1::int AND at <= $2::timestamptz AND NOT id = ANY ($3::uuid[])
 ORDER BY at, op, id
 LIMIT 1
   FOR UPDATE SKIP LOCKED

-- name: due_done   (rows stay: NULL is never due)
UPDATE due SET at = NULL WHERE street = $1::int AND op = $2::text AND id = $3::uuid

-- name: story_get
SELECT at FROM story_clock WHERE id = 1

-- name: story_put   (only forward)
INSERT INTO story_clock AS s (id, at) VALUES (1, $1::timestamptz)
ON CONFLICT (id) DO UPDATE SET at = excluded.at WHERE s.at < excluded.at
