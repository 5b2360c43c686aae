-- name: campaign_insert
INSERT INTO intake.campaign (street, id, round, kind, title, opened_by, opened_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::int8::int, $4::text, $5::text, $6::uuid, $7::timestamptz, $8::timestamptz)

-- name: campaign_get
SELECT round FROM intake.campaign WHERE street = $1::int AND id = $2::uuid

-- name: campaign_count   (no row back: a later operation was there)
INSERT INTO intake.campaign_community AS k (street, campaign, community, sent, returned, op, counted_by, counted_at)
VALUES ($1::int, $2::uuid, $3::text, $4::int8, $5::int8, $6::uuid, $7::uuid, $8::timestamptz)
ON CONFLICT (street, campaign, community) DO UPDATE SET sent = excluded.sent, returned = excluded.returned, op = excluded.op,
  counted_by = excluded.counted_by, counted_at = excluded.counted_at
 WHERE k.op < excluded.op
RETURNING op

-- name: campaign_count_op
SELECT op FROM intake.campaign_community WHERE street = $1::int AND campaign = $2::uuid AND community = $3::text

-- name: campaign_list
SELECT json_build_object('id', k.id, 'round', k.round, 'kind', k.kind, 'title', k.title, 'opened_at', k.opened_at,
         'sent', coalesce(t.sent, 0), 'returned', coalesce(t.returned, 0), 'communities', coalesce(t.list, '[]')) AS item,
       (extract(epoch FROM k.opened_at) * 1000000)::int8::text || ':' || k.id::text AS cursor
  FROM intake.campaign k
  LEFT JOIN LATERAL (SELECT sum(m.sent)::int8 AS sent, sum(m.returned)::int8 AS returned,
                            json_agg(json_build_object('community', m.community, 'sent', m.sent, 'returned', m.returned) ORDER BY m.community) AS list
                       FROM intake.campaign_community m WHERE m.street = $1::int AND m.campaign = k.id) t ON true
 WHERE k.street = $1::int AND (k.opened_at, k.id) < ($2::timestamptz, $3::uuid)
 ORDER BY k.opened_at DESC, k.id DESC
 LIMIT $4::int8
