-- name: proposal_list
SELECT json_build_object('id', id, 'number', number, 'round', round, 'region', region, 'category', category, 'title', title,
         'estimate_fen', estimate_fen, 'state', state) AS item, number AS cursor
  FROM intake.proposal
 WHERE street = $1::int AND number > $2::text AND ($3::int8 IS NULL OR round = $3::int8) AND ($4::text IS NULL OR state = $4::text)
   AND ($5::text IS NULL OR category = $5::text)
 ORDER BY number
 LIMIT $6::int8

-- name: project_get
SELECT json_strip_nulls(json_build_object('id', p.id, 'number', p.number, 'round', p.round, 'region', p.region, 'category', p.category,
         'title', p.title, 'estimate_fen', p.estimate_fen, 'state', p.state, 'summary', p.summary, 'reason', p.reason, 'entry', p.entry,
         'lines', coalesce(l.list, '[]'), 'opinions', coalesce(o.list, '[]'))) AS item
  FROM intake.proposal p
  LEFT JOIN LATERAL (SELECT json_agg(json_build_object('id', n.id, 'n', n.n, 'kind', n.kind, 'amount', n.amount, 'unit', n.unit, 'what', n.what) ORDER BY n.n) AS list
                       FROM intake.need_line n WHERE n.street = $1::int AND n.proposal = p.id) l ON true
  LEFT JOIN LATERAL (SELECT json_agg(json_build_object('id', x.id, 'receipt', x.receipt) ORDER BY x.receipt) AS list
                       FROM intake.proposal_opinion y JOIN intake.opinion x ON x.street = $1::int AND x.id = y.opinion
                      WHERE y.street = $1::int AND y.proposal = p.id) o ON true
 WHERE p.street = $1::int AND p.id = $2::uuid
