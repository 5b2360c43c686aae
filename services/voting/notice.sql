-- name: notice_items   (what is asked to go on notice, and what stands against it)
SELECT t.project, p.number, p.state, p.round, i.notice IS NOT NULL AS noticed
  FROM unnest($2::uuid[]) WITH ORDINALITY AS t(project, n)
  JOIN voting.project p ON p.street = $1::int AND p.id = t.project
  LEFT JOIN voting.notice_item i ON i.street = $1::int AND i.street = p.street AND i.project = p.id AND i.kind = $3::text
       AND i.result IS DISTINCT FROM 'frozen'
 ORDER BY t.n

-- name: notice_regions   (a second notice hangs in the street and in each of its communities)
SELECT r.code FROM voting.region r
 WHERE left(r.code, 9) = $1::text AND length(r.code) = 12 AND r.valid_from <= $2::timestamptz
   AND (r.valid_until IS NULL OR r.valid_until > $2::timestamptz)
 ORDER BY r.code

-- name: notice_open
INSERT INTO voting.notice (street, id, kind, round, days, state, opened_at, opened_by, ran_us, recorded_at)
VALUES ($1::int, $2::uuid, $3::text, $4::int8, $5::int8, 'open', $6::timestamptz, $7::uuid, 0, $8::timestamptz)

-- name: notice_place_add
INSERT INTO voting.notice_place (street, notice, place)
SELECT n.street, n.id, t.place FROM unnest($3::text[]) AS t(place) JOIN voting.notice n ON n.street = $1::int AND n.id = $2::uuid
ON CONFLICT (street, notice, place) DO NOTHING

-- name: notice_item_add
INSERT INTO voting.notice_item (street, notice, project, kind)
SELECT n.street, n.id, t.project, n.kind FROM unnest($3::uuid[]) AS t(project) JOIN voting.notice n ON n.street = $1::int AND n.id = $2::uuid
ON CONFLICT (street, notice, project) DO NOTHING

-- name: notice_gate_open
INSERT INTO voting.gate AS g (street, open) VALUES ($1::int, 1) ON CONFLICT (street) DO UPDATE SET open = g.open + 1

-- name: notice_gate_lock   (waits for the likes under way; new ones wait for us)
SELECT open FROM voting.gate WHERE street = $1::int FOR UPDATE

-- name: notice_gate_close
UPDATE voting.gate SET open = open - 1 WHERE street = $1::int

-- name: notice_lock
SELECT n.kind, n.round, n.days, n.state, n.opened_at, n.due,
       (SELECT count(*) FROM voting.notice_place p WHERE p.street = $1::int AND p.street = n.street AND p.notice = n.id) AS places
  FROM voting.notice n WHERE n.street = $1::int AND n.id = $2::uuid FOR UPDATE OF n

-- name: notice_place_get   (how often it was posted there, and since when it hangs)
SELECT p.place, coalesce(max(o.n), 0)::int8 AS n, max(o.live_from) FILTER (WHERE o.live_until IS NULL) AS since, max(o.live_until) AS ended
  FROM voting.notice_place p
  LEFT JOIN voting.posting o ON o.street = $1::int AND o.street = p.street AND o.notice = p.notice AND o.place = p.place
 WHERE p.street = $1::int AND p.notice = $2::uuid AND p.place = $3::text
 GROUP BY p.place

-- name: notice_post
INSERT INTO voting.posting (street, notice, place, n, live_from, posted_by, photo, recorded_at)
VALUES ($1::int, $2::uuid, $3::text, $4::int8, $5::timestamptz, $6::uuid, $7::text, $8::timestamptz)

-- name: notice_unpost
UPDATE voting.posting SET live_until = $4::timestamptz, ended_by = $5::uuid, reason = $6::text
 WHERE street = $1::int AND notice = $2::uuid AND place = $3::text AND live_until IS NULL

-- name: notice_edges
SELECT x.at, x.step FROM (
  SELECT live_from AS at, 1 AS step FROM voting.posting WHERE street = $1::int AND notice = $2::uuid
  UNION ALL
  SELECT live_until, -1 FROM voting.posting WHERE street = $1::int AND notice = $2::uuid AND live_until IS NOT NULL) x
 ORDER BY x.at, x.step

-- name: notice_clock_set
UPDATE voting.notice SET ran_us = $3::int8, since = $4::timestamptz, due = $5::timestamptz WHERE street = $1::int AND id = $2::uuid

-- name: notice_likes_set   (until when the projects of this notice may be liked; no time = as long as the notice is open)
UPDATE voting.project p SET likes_from = $3::timestamptz, likes_until = coalesce($4::timestamptz, 'infinity'::timestamptz)
  FROM voting.notice_item i
 WHERE p.street = $1::int AND i.street = $1::int AND i.notice = $2::uuid AND i.project = p.id

-- name: notice_likes_end   (an empty interval: also what is stamped earlier comes too late now)
UPDATE voting.project p SET likes_until = p.likes_from
  FROM voting.notice_item i
 WHERE p.street = $1::int AND i.street = $1::int AND i.notice = $2::uuid AND i.project = p.id

-- name: notice_end
UPDATE voting.notice SET state = $3::text, closed_at = $4::timestamptz, closed_by = $5::uuid, reason = $6::text
 WHERE street = $1::int AND id = $2::uuid

-- name: notice_item_end
UPDATE voting.notice_item SET result = $3::text WHERE street = $1::int AND notice = $2::uuid

-- name: notice_item_list
SELECT i.project FROM voting.notice_item i JOIN voting.project p ON p.street = $1::int AND p.id = i.project
 WHERE i.street = $1::int AND i.notice = $2::uuid ORDER BY p.number

-- name: notice_rank   (heat counted from the likes themselves; ties by number)
SELECT x.id, x.category, x.round, x.heat, row_number() OVER (PARTITION BY x.category ORDER BY x.heat DESC, x.number) AS rank
  FROM (SELECT p.id, p.number, p.category, p.round, count(l.voter) AS heat
          FROM voting.notice_item i
          JOIN voting.project p ON p.street = $1::int AND p.street = i.street AND p.id = i.project
          LEFT JOIN voting.likes l ON l.street = $1::int AND l.street = p.street AND l.project = p.id AND l.liked
         WHERE i.street = $1::int AND i.notice = $2::uuid AND i.result = 'done'
         GROUP BY p.id, p.number, p.category, p.round) x
 ORDER BY x.category, rank

-- name: notice_listing_add
INSERT INTO voting.listing (street, project, notice, category, rank, heat, listed_at)
SELECT p.street, p.id, $2::uuid, p.category, t.rank, t.heat, $6::timestamptz
  FROM unnest($3::uuid[], $4::int8[], $5::int8[]) AS t(project, rank, heat) JOIN voting.project p ON p.street = $1::int AND p.id = t.project
ON CONFLICT (street, project) DO NOTHING

-- name: notice_listed
UPDATE voting.project p SET state = 'listed'
  FROM voting.notice_item i
 WHERE p.street = $1::int AND i.street = $1::int AND i.notice = $2::uuid AND i.project = p.id AND i.result = 'done'

-- name: notice_get
SELECT jsonb_strip_nulls(jsonb_build_object('id', n.id, 'street', n.street::text, 'kind', n.kind, 'round', n.round, 'state', n.state,
         'days', n.days, 'opened_at', n.opened_at, 'closed_at', n.closed_at, 'due', n.due,
         'running', n.state = 'open' AND n.since IS NOT NULL AND $3::timestamptz < n.due,
         'ran_s', ((n.ran_us + CASE WHEN n.since IS NULL THEN 0 ELSE greatest(0,
            extract(epoch FROM least($3::timestamptz, n.due, n.closed_at) - n.since) * 1000000) END) / 1000000)::int8,
         'places', (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('place', p.place, 'live', o.live_from IS NOT NULL, 'since', o.live_from))
                           ORDER BY p.place)
                      FROM voting.notice_place p
                      LEFT JOIN voting.posting o ON o.street = $1::int AND o.street = p.street AND o.notice = p.notice AND o.place = p.place
                           AND o.live_until IS NULL
                     WHERE p.street = $1::int AND p.street = n.street AND p.notice = n.id),
         'items', (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('project', q.id, 'number', q.number, 'title', q.title,
                            'category', q.category, 'result', i.result)) ORDER BY q.number)
                     FROM voting.notice_item i JOIN voting.project q ON q.street = $1::int AND q.street = i.street AND q.id = i.project
                    WHERE i.street = $1::int AND i.street = n.street AND i.notice = n.id)))::text AS item
  FROM voting.notice n WHERE n.street = $1::int AND n.id = $2::uuid

-- name: notice_list   (newest first; ids rise with time)
SELECT n.id::text AS cursor,
       jsonb_strip_nulls(jsonb_build_object('id', n.id, 'street', n.street::text, 'kind', n.kind, 'round', n.round, 'state', n.state,
         'days', n.days, 'opened_at', n.opened_at, 'closed_at', n.closed_at, 'due', n.due,
         'running', n.state = 'open' AND n.since IS NOT NULL AND $7::timestamptz < n.due,
         'ran_s', ((n.ran_us + CASE WHEN n.since IS NULL THEN 0 ELSE greatest(0,
            extract(epoch FROM least($7::timestamptz, n.due, n.closed_at) - n.since) * 1000000) END) / 1000000)::int8,
         'items', (SELECT count(*) FROM voting.notice_item i WHERE i.street = $1::int AND i.street = n.street AND i.notice = n.id),
         'places', (SELECT count(*) FROM voting.notice_place p WHERE p.street = $1::int AND p.street = n.street AND p.notice = n.id),
         'live', (SELECT count(*) FROM voting.posting o WHERE o.street = $1::int AND o.street = n.street AND o.notice = n.id
                     AND o.live_until IS NULL)))::text AS item
  FROM voting.notice n
 WHERE n.street = $1::int AND ($2::text IS NULL OR n.kind = $2::text) AND ($3::int8 IS NULL OR n.round = $3::int8)
   AND ($4::text IS NULL OR n.state = $4::text) AND ($5::text = '' OR n.id < nullif($5::text, '')::uuid)
 ORDER BY n.id DESC
 LIMIT $6::int8
