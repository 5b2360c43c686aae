-- name: counter_lock
INSERT INTO intake.counter AS k (street, name, n) VALUES ($1::int, $2::text, 0)
ON CONFLICT (street, name) DO UPDATE SET n = k.n
RETURNING n

-- name: counter_set
UPDATE intake.counter SET n = $3::int8 WHERE street = $1::int AND name = $2::text
