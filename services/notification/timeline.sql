-- name: timeline_add
INSERT INTO notification.timeline (street, service, stream, seq, n, at, type, project, ref, fen, detail)
VALUES ($1::int, $2::text, $3::int8::int, $4::int8, $5::int8::int, $6::timestamptz, $7::text, $8::uuid, $9::uuid, $10::int8, $11::text)

-- name: timeline_list   (newest first; always a bound, so that an index runs from it; the cursor names the last row)
SELECT json_strip_nulls(json_build_object('at', t.at, 'type', t.type, 'project', t.project, 'number', p.number, 'title', p.title, 'ref', t.ref,
         'fen', t.fen, 'detail', t.detail))::text AS item,
       concat_ws('/', (extract(epoch FROM t.at) * 1000000)::int8, t.service, t.stream, t.seq, t.n) AS cursor
  FROM notification.timeline t
  LEFT JOIN notification.report_project p ON p.street = $1::int AND p.project = t.project
 WHERE t.street = $1::int AND (t.at, t.service, t.stream, t.seq, t.n) < ($2::timestamptz, $3::text, $4::int, $5::int8, $6::int8::int)
   AND ($7::uuid IS NULL OR t.project = $7::uuid)
 ORDER BY t.at DESC, t.service DESC, t.stream DESC, t.seq DESC, t.n DESC
 LIMIT $8::int8
