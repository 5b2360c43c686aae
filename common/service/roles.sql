-- name: grants_read   (all appointments of these persons; the dates are compared in C with each call's own time)
SELECT person, role, region, valid_from, valid_until FROM appointment WHERE person = ANY ($1::uuid[])

-- name: role_held
SELECT region FROM appointment
 WHERE person = $1::uuid AND role = $2::text AND valid_from <= $3::timestamptz AND (valid_until IS NULL OR valid_until > $3::timestamptz)

-- name: appointment_put
INSERT INTO appointment (id, person, role, region, valid_from, valid_until, service)
VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::timestamptz, $6::timestamptz, $7::text)
ON CONFLICT (id) DO NOTHING

-- name: appointment_own   (a service ends what it made)
SELECT region, valid_from, valid_until FROM appointment WHERE id = $1::uuid AND service = $2::text

-- name: appointment_end   (an end is only ever brought forward or set: a late event cannot lengthen an appointment)
UPDATE appointment SET valid_until = $2::timestamptz
 WHERE id = $1::uuid AND (valid_until IS NULL OR valid_until > $2::timestamptz)

-- name: region_put
INSERT INTO region AS r (code, name, households, parent, valid_from, valid_until)
VALUES ($1::text, $2::text, $3::int8::int, coalesce($4::text, ''), $5::timestamptz, NULL)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, households = excluded.households, parent = excluded.parent, valid_from = excluded.valid_from
 WHERE r.valid_from <= excluded.valid_from
