-- name: init_officer   (is there an officer of this district already?)
SELECT person FROM intake.appointment WHERE role = 'officer' AND region = $1::text LIMIT 1

-- name: init_empty   (the first officer is one person and one appointment)
SELECT NOT EXISTS (SELECT FROM intake.outbox WHERE type NOT IN ('region.changed', 'appointment.made'))
   AND (SELECT count(*) FROM (SELECT FROM notification.person LIMIT 2) p) < 2 AS empty

-- name: init_region
INSERT INTO intake.region (code, name, households, parent, valid_from) VALUES ($1::text, $2::text, 0, $1::text, $3::timestamptz)
ON CONFLICT (code) DO NOTHING

-- name: init_appointment
INSERT INTO intake.appointment (id, person, role, region, valid_from, service)
VALUES ($1::uuid, $2::uuid, 'officer', $3::text, $4::timestamptz, 'intake')

-- name: init_known
SELECT person FROM notification.person_index WHERE hash = $1::bytea

-- name: init_index
INSERT INTO notification.person_index (hash, person, kind) VALUES ($1::bytea, $2::uuid, 'phone')

-- name: init_person
INSERT INTO notification.person (street, id, registered_at, recorded_at) VALUES ($1::int, $2::uuid, $3::timestamptz, $4::timestamptz)

-- name: init_home
INSERT INTO notification.person_home (street, person, region, since) VALUES ($1::int, $2::uuid, $3::text, $4::timestamptz)

-- name: init_intake_head
INSERT INTO intake.stream_head AS h (street, epoch, seq) VALUES ($1::int, $2::int8, 1)
ON CONFLICT (street) DO UPDATE SET seq = h.seq + 1 RETURNING seq

-- name: init_intake_event
INSERT INTO intake.outbox (street, seq, type, id, op, at, trace, data, recorded_at)
VALUES ($1::int, $2::int8, $3::text, $4::uuid, $4::uuid, $5::timestamptz, '', $6::text::json, $7::timestamptz)

-- name: init_notification_head
INSERT INTO notification.stream_head AS h (street, epoch, seq) VALUES ($1::int, $2::int8, 1)
ON CONFLICT (street) DO UPDATE SET seq = h.seq + 1 RETURNING seq

-- name: init_notification_event
INSERT INTO notification.outbox (street, seq, type, id, op, at, trace, data, recorded_at)
VALUES ($1::int, $2::int8, $3::text, $4::uuid, $4::uuid, $5::timestamptz, '', $6::text::json, $7::timestamptz)
