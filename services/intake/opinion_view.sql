-- name: opinion_get
SELECT json_strip_nulls(json_build_object('id', o.id, 'receipt', o.receipt, 'region', o.region, 'channel', o.channel, 'category', o.category,
         'subject', coalesce(w.masked_subject, w.subject, ''), 'text', coalesce(w.masked_body, w.body, ''),
         'received_at', o.received_at, 'answered_at', o.answered_at, 'source', o.source, 'source_id', o.source_id,
         'source_likes', o.source_likes, 'source_dislikes', o.source_dislikes,
         'state', CASE WHEN p.list IS NOT NULL THEN 'proposed' WHEN o.answered_at IS NOT NULL THEN 'answered' ELSE 'received' END,
         'answers', coalesce(a.list, '[]'), 'proposals', coalesce(p.list, '[]'))) AS item
  FROM intake.opinion o
  LEFT JOIN intake.words w ON w.street = $1::int AND w.about = o.id AND w.part = 0
  LEFT JOIN LATERAL (SELECT json_agg(json_build_object('n', n.n, 'text', coalesce(x.masked_body, x.body, ''), 'answered_at', n.answered_at) ORDER BY n.n) AS list
                       FROM intake.answer n LEFT JOIN intake.words x ON x.street = $1::int AND x.about = n.opinion AND x.part = n.n
                      WHERE n.street = $1::int AND n.opinion = o.id) a ON true
  LEFT JOIN LATERAL (SELECT json_agg(json_build_object('id', q.id, 'number', q.number, 'title', q.title, 'state', q.state) ORDER BY q.number) AS list
                       FROM intake.proposal_opinion l JOIN intake.proposal q ON q.street = $1::int AND q.id = l.proposal
                      WHERE l.street = $1::int AND l.opinion = o.id) p ON true
 WHERE o.street = $1::int AND o.id = $2::uuid

-- name: receipt_get
SELECT json_strip_nulls(json_build_object('receipt', o.receipt, 'opinion', o.id, 'region', o.region, 'channel', o.channel, 'category', o.category,
         'received_at', o.received_at, 'answered_at', o.answered_at,
         'state', CASE WHEN p.list IS NOT NULL THEN 'proposed' WHEN o.answered_at IS NOT NULL THEN 'answered' ELSE 'received' END,
         'answers', coalesce(a.list, '[]'), 'proposals', coalesce(p.list, '[]'))) AS item
  FROM intake.opinion o
  LEFT JOIN LATERAL (SELECT json_agg(json_build_object('n', n.n, 'text', coalesce(x.masked_body, x.body, ''), 'answered_at', n.answered_at) ORDER BY n.n) AS list
                       FROM intake.answer n LEFT JOIN intake.words x ON x.street = $1::int AND x.about = n.opinion AND x.part = n.n
                      WHERE n.street = $1::int AND n.opinion = o.id) a ON true
  LEFT JOIN LATERAL (SELECT json_agg(json_build_object('id', q.id, 'number', q.number, 'title', q.title, 'state', q.state) ORDER BY q.number) AS list
                       FROM intake.proposal_opinion l JOIN intake.proposal q ON q.street = $1::int AND q.id = l.proposal
                      WHERE l.street = $1::int AND l.opinion = o.id) p ON true
 WHERE o.street = $1::int AND o.n = $2::int8

-- name: opinion_list   (always a bound, so that the index runs from it)
SELECT json_strip_nulls(json_build_object('id', o.id, 'receipt', o.receipt, 'region', o.region, 'channel', o.channel, 'category', o.category,
         'subject', coalesce(w.masked_subject, w.subject, ''), 'text', coalesce(w.masked_body, w.body, ''),
         'received_at', o.received_at, 'answered_at', o.answered_at, 'source', o.source, 'source_id', o.source_id,
         'source_likes', o.source_likes, 'source_dislikes', o.source_dislikes,
         'state', CASE WHEN EXISTS (SELECT FROM intake.proposal_opinion l WHERE l.street = $1::int AND l.opinion = o.id) THEN 'proposed'
                       WHEN o.answered_at IS NOT NULL THEN 'answered' ELSE 'received' END)) AS item,
       (extract(epoch FROM o.received_at) * 1000000)::int8::text || ':' || o.id::text AS cursor
  FROM intake.opinion o
  LEFT JOIN intake.words w ON w.street = $1::int AND w.about = o.id AND w.part = 0
 WHERE o.street = $1::int AND (o.received_at, o.id) < ($2::timestamptz, $3::uuid)
   AND ($4::text IS NULL OR starts_with(o.region, $4::text)) AND ($5::text IS NULL OR o.channel = $5::text)
   AND ($6::text IS NULL OR o.category = $6::text) AND ($7::bool IS NULL OR (o.answered_at IS NOT NULL) = $7::bool)
 ORDER BY o.received_at DESC, o.id DESC
 LIMIT $8::int8
