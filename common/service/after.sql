-- name: after_cursor
SELECT seq FROM cursor WHERE street = $1::int AND service = $2::text AND stream = $3::int

-- name: after_head
SELECT seq FROM stream_head WHERE street = $1::int
