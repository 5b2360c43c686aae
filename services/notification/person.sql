-- name: person_find
SELECT person FROM notification.person_index WHERE hash = $1::bytea

-- name: person_index_add   (two at once: one row comes back, the other reads it)
INSERT INTO notification.person_index (hash, person, kind) VALUES ($1::bytea, $2::uuid, $3::text)
ON CONFLICT (hash) DO NOTHING
RETURNING person

-- name: person_add
INSERT INTO notification.person (street, id, registered_by, registered_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::timestamptz, $5::timestamptz)

-- name: person_home_add
INSERT INTO notification.person_home (street, person, region, since)
SELECT p.street, p.id, t.region, $4::timestamptz FROM unnest($3::text[]) AS t(region)
  JOIN notification.person p ON p.street = $1::int AND p.id = $2::uuid
ON CONFLICT (street, person, region) DO NOTHING

-- name: subject_key_add
INSERT INTO notification.subject_key (street, person, wrapped) VALUES ($1::int, $2::uuid, $3::bytea)

-- name: vault_add
INSERT INTO notification.vault (street, person, field, op, sealed, recorded_at)
VALUES ($1::int, $2::uuid, $3::text, $4::uuid, $5::bytea, $6::timestamptz)
