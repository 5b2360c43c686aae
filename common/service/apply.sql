-- name: cursor_get
SELECT epoch, seq FROM cursor WHERE street = $1::int AND service = $2::text AND stream = $3::int

-- name: cursor_new
INSERT INTO cursor (street, service, stream, epoch, seq) VALUES ($1::int, $2::text, $3::int, $4::int8, 0)
ON CONFLICT (street, service, stream) DO NOTHING

-- name: cursor_take   (another instance has it: no row, and it is left alone)
SELECT epoch, seq FROM cursor
 WHERE street = $1::int AND service = $2::text AND stream = $3::int
   FOR UPDATE SKIP LOCKED

-- name: cursor_move
UPDATE cursor SET seq = $4::int8
 WHERE street = $1::int AND service = $2::text AND stream = $3::int AND seq = $5::int8
