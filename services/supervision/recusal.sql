-- name: recused_add
INSERT INTO supervision.recused (street, project, person, reason, recused_at)
SELECT $1::int, $2::uuid, t.person, $4::text, $5::timestamptz FROM unnest($3::uuid[]) AS t(person)
ON CONFLICT (street, project, person) DO NOTHING

-- name: recused_is
SELECT reason FROM supervision.recused WHERE street = $1::int AND project = $2::uuid AND person = $3::uuid
