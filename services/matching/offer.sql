-- name: offer_make
INSERT INTO matching.offer (street, id, region, sponsor, person, kind, amount, unit, what, until, made_at)
VALUES ($1::int, $2::uuid, $3::text, $4::uuid, $5::uuid, $6::text, $7::int8, $8::text, $9::text, ($10::text)::date, $11::timestamptz)

-- name: offer_list   (newest first; who offers is public only as a sponsor)
SELECT o.id::text AS cursor,
       jsonb_strip_nulls(jsonb_build_object('id', o.id, 'region', o.region, 'sponsor', o.sponsor, 'sponsor_name', s.name, 'kind', o.kind,
         'amount', o.amount, 'unit', o.unit, 'what', o.what, 'until', o.until, 'at', o.made_at))::text AS item
  FROM matching.offer o LEFT JOIN matching.sponsor s ON s.id = o.sponsor
 WHERE o.street = $1::int AND ($2::text IS NULL OR o.kind = $2::text) AND ($3::text = '' OR o.id < nullif($3::text, '')::uuid)
 ORDER BY o.id DESC
 LIMIT $4::int8
