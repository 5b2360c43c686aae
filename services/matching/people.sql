-- name: sponsor_acts
SELECT EXISTS (SELECT FROM matching.sponsor_person p JOIN matching.appointment a ON a.id = p.appointment
                WHERE p.sponsor = s.id AND p.person = $2::uuid
                  AND a.valid_from <= $3::timestamptz AND (a.valid_until IS NULL OR a.valid_until > $3::timestamptz)) AS acts
  FROM matching.sponsor s WHERE s.id = $1::uuid

-- name: organisation_acts
SELECT EXISTS (SELECT FROM matching.organisation_person p JOIN matching.appointment a ON a.id = p.appointment
                WHERE p.organisation = o.id AND p.person = $2::uuid
                  AND a.valid_from <= $3::timestamptz AND (a.valid_until IS NULL OR a.valid_until > $3::timestamptz)) AS acts
  FROM matching.organisation o WHERE o.id = $1::uuid

-- name: representative
SELECT appointment FROM matching.sponsor_person WHERE sponsor = $1::uuid AND person = $2::uuid
UNION ALL
SELECT appointment FROM matching.organisation_person WHERE organisation = $1::uuid AND person = $2::uuid
