-- name: sponsor_acts
SELECT EXISTS (SELECT FROM matching.sponsor_person p WHERE p.sponsor = s.id AND p.person = $2::uuid) AS acts
  FROM matching.sponsor s WHERE s.id = $1::uuid

-- name: organisation_acts
SELECT EXISTS (SELECT FROM matching.organisation_person p WHERE p.organisation = o.id AND p.person = $2::uuid) AS acts
  FROM matching.organisation o WHERE o.id = $1::uuid
