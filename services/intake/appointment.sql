-- name: appointment_own
SELECT id, region, valid_from, valid_until FROM intake.appointment WHERE id = $1::uuid AND service = 'intake'
