-- name: report_add
INSERT INTO notification.report_count AS r (street, what, value, n)
SELECT $1::int, t.what, t.value, t.n FROM unnest($2::text[], $3::text[], $4::int8[]) AS t(what, value, n)
 ORDER BY t.what, t.value
ON CONFLICT (street, what, value) DO UPDATE SET n = r.n + excluded.n

-- name: report_campaign_put
INSERT INTO notification.report_campaign (street, campaign, community, round, sent, returned)
VALUES ($1::int, $2::uuid, $3::text, $4::int8, $5::int8, $6::int8)
ON CONFLICT (street, campaign, community) DO UPDATE SET sent = excluded.sent, returned = excluded.returned

-- name: report_project_named
INSERT INTO notification.report_project (street, project, number, round, title) VALUES ($1::int, $2::uuid, $3::text, $4::int8, $5::text)
ON CONFLICT (street, project) DO UPDATE SET number = excluded.number, round = excluded.round, title = excluded.title

-- name: report_project_published
INSERT INTO notification.report_project (street, project, published) VALUES ($1::int, $2::uuid, true)
ON CONFLICT (street, project) DO UPDATE SET published = true

-- name: report_project_verdict
INSERT INTO notification.report_project (street, project, verdict) VALUES ($1::int, $2::uuid, $3::text)
ON CONFLICT (street, project) DO UPDATE SET verdict = excluded.verdict

-- name: report_project_listed
INSERT INTO notification.report_project (street, project, rank) VALUES ($1::int, $2::uuid, $3::int8)
ON CONFLICT (street, project) DO UPDATE SET rank = excluded.rank

-- name: report_project_heat
INSERT INTO notification.report_project (street, project, heat) VALUES ($1::int, $2::uuid, $3::int8)
ON CONFLICT (street, project) DO UPDATE SET heat = excluded.heat

-- name: report_project_agreed
INSERT INTO notification.report_project (street, project, agreed) VALUES ($1::int, $2::uuid, true)
ON CONFLICT (street, project) DO UPDATE SET agreed = true

-- name: report_project_unclaimed
INSERT INTO notification.report_project (street, project, unclaimed) VALUES ($1::int, $2::uuid, $3::text)
ON CONFLICT (street, project) DO UPDATE SET unclaimed = excluded.unclaimed

-- name: report_project_completed
INSERT INTO notification.report_project (street, project, completed) VALUES ($1::int, $2::uuid, true)
ON CONFLICT (street, project) DO UPDATE SET completed = true

-- name: report_project_appraised
INSERT INTO notification.report_project (street, project, score, result) VALUES ($1::int, $2::uuid, $3::int8, $4::text)
ON CONFLICT (street, project) DO UPDATE SET score = excluded.score, result = excluded.result

-- name: report_project_ballots
INSERT INTO notification.report_project (street, project, ballots, score_sum) VALUES ($1::int, $2::uuid, $3::int8, $4::int8)
ON CONFLICT (street, project) DO UPDATE SET ballots = excluded.ballots, score_sum = excluded.score_sum

-- name: report_money_add
INSERT INTO notification.report_money AS m (street, project, source_kind, organiser, received, spent, returned)
VALUES ($1::int, $2::uuid, $3::text, $4::text, $5::int8, $6::int8, $7::int8)
ON CONFLICT (street, project, source_kind, organiser) DO UPDATE
   SET received = m.received + excluded.received, spent = m.spent + excluded.spent, returned = m.returned + excluded.returned

-- name: report_gift_add
INSERT INTO notification.report_gift AS g (street, source_kind, organiser, kind, unit, amount)
VALUES ($1::int, $2::text, $3::text, $4::text, $5::text, $6::int8)
ON CONFLICT (street, source_kind, organiser, kind, unit) DO UPDATE SET amount = g.amount + excluded.amount

-- name: report_fair_open
INSERT INTO notification.report_fair (street, fair, name, organiser, round) VALUES ($1::int, $2::uuid, $3::text, $4::text, $5::int8)
ON CONFLICT (street, fair) DO UPDATE SET name = excluded.name, organiser = excluded.organiser, round = excluded.round

-- name: report_fair_close
INSERT INTO notification.report_fair (street, fair, closed) VALUES ($1::int, $2::uuid, true)
ON CONFLICT (street, fair) DO UPDATE SET closed = true

-- name: report_claim_made
INSERT INTO notification.report_claim (street, claim, project, fair, kind, amount, state)
VALUES ($1::int, $2::uuid, $3::uuid, $4::uuid, $5::text, $6::int8, 'made')
ON CONFLICT (street, claim) DO UPDATE SET project = excluded.project, fair = excluded.fair, kind = excluded.kind, amount = excluded.amount

-- name: report_claim_state
INSERT INTO notification.report_claim (street, claim, state) VALUES ($1::int, $2::uuid, $3::text)
ON CONFLICT (street, claim) DO UPDATE SET state = excluded.state

-- name: report_get   (one document; every list has an order of its own, so that the same facts are the same bytes)
WITH k AS (SELECT what, value, n FROM notification.report_count WHERE street = $1::int AND n <> 0),
d AS (SELECT value::int8 AS days, n FROM k WHERE what = 'days'),
dc AS (SELECT days, n, sum(n) OVER (ORDER BY days) AS upto, sum(n) OVER () AS total FROM d),
p AS (SELECT * FROM notification.report_project WHERE street = $1::int),
m AS (SELECT x.project, x.source_kind, x.organiser, x.received, x.spent, x.returned, x.received - x.spent - x.returned AS held, p.number, p.title, p.round,
             CASE WHEN p.result IS NOT NULL THEN 'appraised' WHEN p.completed THEN 'completed' ELSE 'running' END AS state
        FROM notification.report_money x LEFT JOIN p ON p.project = x.project WHERE x.street = $1::int)
SELECT json_build_object(
  'street', $2::text,
  'name', coalesce((SELECT name FROM notification.region WHERE code = $2::text), ''),
  'communities', (SELECT coalesce(json_agg(json_build_object('code', code, 'name', name, 'households', households) ORDER BY code), '[]') FROM notification.region WHERE parent = $2::text AND code <> $2::text),
  'opinions', json_build_object(
    'total', coalesce((SELECT n FROM k WHERE what = 'opinion'), 0),
    'by_channel', (SELECT coalesce(json_agg(json_build_object('channel', value, 'count', n) ORDER BY value), '[]') FROM k WHERE what = 'channel'),
    'by_category', (SELECT coalesce(json_agg(json_build_object('category', value, 'count', n) ORDER BY value), '[]') FROM k WHERE what = 'category'),
    'by_month', (SELECT coalesce(json_agg(json_build_object('month', value, 'count', n) ORDER BY value), '[]') FROM k WHERE what = 'month'),
    'by_community', (SELECT coalesce(json_agg(json_build_object('community', value, 'count', n) ORDER BY value), '[]') FROM k WHERE what = 'community'),
    'answered', coalesce((SELECT n FROM k WHERE what = 'answer'), 0),
    'answer_days', json_strip_nulls(json_build_object(
      'p50', (SELECT min(days) FROM dc WHERE upto * 2 >= total), 'p90', (SELECT min(days) FROM dc WHERE upto * 10 >= total * 9), 'max', (SELECT max(days) FROM d),
      'buckets', (SELECT coalesce(json_agg(json_build_object('days', b.label, 'count', b.n) ORDER BY b.low), '[]') FROM (
        SELECT t.label, t.low, coalesce(sum(d.n), 0)::int8 AS n FROM (VALUES ('0-1', 0, 1), ('2-3', 2, 3), ('4-7', 4, 7), ('8-15', 8, 15), ('16-30', 16, 30), ('31-90', 31, 90), ('91+', 91, 1000000)) AS t(label, low, high)
          LEFT JOIN d ON d.days BETWEEN t.low AND t.high GROUP BY t.label, t.low) b))),
    'source_likes', coalesce((SELECT n FROM k WHERE what = 'source_likes'), 0)),
  'campaigns', (SELECT coalesce(json_agg(json_build_object('round', c.round, 'sent', c.sent, 'returned', c.returned, 'communities', c.communities) ORDER BY c.round), '[]') FROM (
    SELECT round, sum(sent)::int8 AS sent, sum(returned)::int8 AS returned, json_agg(json_build_object('community', community, 'sent', sent, 'returned', returned) ORDER BY community) AS communities
      FROM notification.report_campaign WHERE street = $1::int GROUP BY round) c),
  'rounds', (SELECT coalesce(json_agg(r.line ORDER BY r.round), '[]') FROM (
    SELECT round, json_build_object('round', round, 'proposals', count(*) FILTER (WHERE published), 'passed', count(*) FILTER (WHERE verdict = 'passed'),
      'returned', count(*) FILTER (WHERE verdict = 'returned'), 'rejected', count(*) FILTER (WHERE verdict = 'rejected'), 'listed', count(rank),
      'likes', coalesce(sum(heat), 0), 'claimed', count(*) FILTER (WHERE agreed), 'unclaimed', count(unclaimed), 'completed', count(*) FILTER (WHERE completed),
      'appraised', count(result)) AS line FROM p WHERE round IS NOT NULL GROUP BY round) r),
  'fairs', (SELECT coalesce(json_agg(json_build_object('name', f.name, 'organiser', f.organiser, 'round', f.round, 'claims', f.claims, 'claimed_money', f.money, 'open', f.open) ORDER BY f.round, f.organiser, f.name), '[]') FROM (
    SELECT x.name, x.organiser, x.round, x.closed IS NOT TRUE AS open, count(k.claim) AS claims, coalesce(sum(k.amount) FILTER (WHERE k.kind = 'money'), 0)::int8 AS money
      FROM notification.report_fair x LEFT JOIN notification.report_claim k ON k.street = $1::int AND k.street = x.street AND k.fair = x.fair AND k.state <> 'expired'
     WHERE x.street = $1::int AND x.name IS NOT NULL GROUP BY x.fair, x.name, x.organiser, x.round, x.closed) f),
  'money', json_build_object('unit', 'fen',
    'received', coalesce((SELECT sum(received) FROM m), 0), 'spent', coalesce((SELECT sum(spent) FROM m), 0), 'held', coalesce((SELECT sum(held) FROM m), 0), 'returned', coalesce((SELECT sum(returned) FROM m), 0),
    'by_source_kind', (SELECT coalesce(json_agg(json_build_object('source_kind', s.source_kind, 'received', s.received, 'spent', s.spent, 'held', s.held, 'returned', s.returned) ORDER BY s.source_kind), '[]') FROM (
      SELECT source_kind, sum(received) AS received, sum(spent) AS spent, sum(held) AS held, sum(returned) AS returned FROM m GROUP BY source_kind) s),
    'by_organiser', (SELECT coalesce(json_agg(json_build_object('organiser', s.organiser, 'received', s.received, 'spent', s.spent, 'held', s.held, 'returned', s.returned) ORDER BY s.organiser), '[]') FROM (
      SELECT organiser, sum(received) AS received, sum(spent) AS spent, sum(held) AS held, sum(returned) AS returned FROM m GROUP BY organiser) s),
    'by_state', (SELECT coalesce(json_agg(json_build_object('state', s.state, 'received', s.received, 'spent', s.spent, 'held', s.held, 'returned', s.returned) ORDER BY s.state), '[]') FROM (
      SELECT state, sum(received) AS received, sum(spent) AS spent, sum(held) AS held, sum(returned) AS returned FROM m GROUP BY state) s),
    'by_round', (SELECT coalesce(json_agg(json_build_object('round', s.round, 'received', s.received, 'spent', s.spent, 'held', s.held, 'returned', s.returned) ORDER BY s.round), '[]') FROM (
      SELECT round, sum(received) AS received, sum(spent) AS spent, sum(held) AS held, sum(returned) AS returned FROM m WHERE round IS NOT NULL GROUP BY round) s),
    'by_project', (SELECT coalesce(json_agg(json_build_object('number', s.number, 'title', s.title, 'state', s.state, 'received', s.received, 'spent', s.spent, 'held', s.held, 'returned', s.returned) ORDER BY s.number), '[]') FROM (
      SELECT number, title, state, sum(received) AS received, sum(spent) AS spent, sum(held) AS held, sum(returned) AS returned FROM m WHERE number IS NOT NULL GROUP BY number, title, state) s)),
  'gifts', (SELECT coalesce(json_agg(json_build_object('source_kind', source_kind, 'organiser', organiser, 'kind', kind, 'unit', unit, 'amount', amount) ORDER BY source_kind, organiser, kind, unit), '[]') FROM notification.report_gift WHERE street = $1::int),
  'appraisals', json_build_object('appraised', (SELECT count(result) FROM p),
    'by_result', (SELECT coalesce(json_agg(json_build_object('result', s.result, 'count', s.n) ORDER BY s.result), '[]') FROM (SELECT result, count(*) AS n FROM p WHERE result IS NOT NULL GROUP BY result) s),
    'ballots', coalesce((SELECT sum(ballots) FROM p), 0), 'score_sum', coalesce((SELECT sum(score_sum) FROM p), 0)))::text AS item
