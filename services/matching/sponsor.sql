-- name: sponsor_code
SELECT id FROM matching.sponsor WHERE code = $1::text

-- name: sponsor_register
INSERT INTO matching.sponsor (id, name, kind, code, region, registered_by, registered_at)
VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::uuid, $7::timestamptz)

-- name: sponsor_person_add
INSERT INTO matching.sponsor_person (sponsor, person, appointment)
SELECT $1::uuid, t.person, t.appointment FROM unnest($2::uuid[], $3::uuid[]) AS t(person, appointment)
ON CONFLICT (sponsor, person) DO NOTHING
