-- name: timeline_add
INSERT INTO notification.timeline (street, service, stream, seq, n, at, type, project, ref, fen, detail)
VALUES ($1::int, $2::text, $3::int8::int, $4::int8, $5::int8::int, $6::timestamptz, $7::text, $8::uuid, $9::uuid, $10::int8, $11::text)

-- name: timeline_list   (newest first; the cursor names the last row)
SELECT to_char(t.at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || '.' || t.service || '.' || t.stream || '.' || t.seq || '.' || t.n AS cursor,
       jsonb_strip_nulls(jsonb_build_object('at', t.at, 'type', t.type, 'project', t.project, 'ref', t.ref, 'fen', t.fen, 'detail', t.detail,
         'number', p.number, 'title', p.title))::text AS item
  FROM notification.timeline t
  LEFT JOIN notification.report_project p ON p.street = $1::int AND p.street = t.street AND p.project = t.project
 WHERE t.street = $1::int AND ($2::uuid IS NULL OR t.project = $2::uuid)
   AND ($3::text = '' OR (to_char(t.at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || '.' || t.service || '.' || t.stream || '.' || t.seq || '.' || t.n) COLLATE "C" < $3::text COLLATE "C")
 ORDER BY to_char(t.at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || '.' || t.service || '.' || t.stream || '.' || t.seq || '.' || t.n COLLATE "C" DESC
 LIMIT $4::int8
