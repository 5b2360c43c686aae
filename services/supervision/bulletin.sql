-- name: bulletin_last
SELECT coalesce(max(n), 0)::int8 AS n FROM supervision.bulletin WHERE street = $1::int AND project = $2::uuid

-- name: bulletin_add
INSERT INTO supervision.bulletin (street, id, project, n, text, received, spent, held, returned, accepted, planned, published_at, published_by)
VALUES ($1::int, $2::uuid, $3::uuid, $4::int8, $5::text, $6::int8, $7::int8, $8::int8, $9::int8, $10::int8, $11::int8, $12::timestamptz,
  $13::uuid)

-- name: bulletin_list
SELECT b.id::text AS cursor,
       jsonb_build_object('id', b.id, 'project', b.project, 'n', b.n, 'text', b.text, 'published_at', b.published_at,
         'received_fen', b.received, 'spent_fen', b.spent, 'held_fen', b.held, 'returned_fen', b.returned, 'accepted', b.accepted,
         'planned', b.planned)::text AS item
  FROM supervision.bulletin b
 WHERE b.street = $1::int AND ($2::uuid IS NULL OR b.project = $2::uuid) AND ($3::text = '' OR b.id < nullif($3::text, '')::uuid)
 ORDER BY b.id DESC
 LIMIT $4::int8
