-- name: organisation_code
SELECT id FROM matching.organisation WHERE code = $1::text

-- name: organisation_register
INSERT INTO matching.organisation (id, name, code, region, registered_by, registered_at)
VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::uuid, $6::timestamptz)

-- name: organisation_person_add
INSERT INTO matching.organisation_person (organisation, person, appointment)
SELECT $1::uuid, t.person, t.appointment FROM unnest($2::uuid[], $3::uuid[]) AS t(person, appointment)
ON CONFLICT (organisation, person) DO NOTHING
