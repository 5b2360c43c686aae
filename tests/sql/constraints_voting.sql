-- Voting's own constraints, each broken once. Before the first case: rows to collide with and to refer to.
INSERT INTO voting.project VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '330102001-2013-001', 'x', 'care', '330102001', 2013, 'passed', NULL, NULL, NULL);
INSERT INTO voting.notice VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'first', 2013, 5, 'open', 'epoch', '018f0000-0000-7000-8000-000000000009', NULL, NULL, NULL, 0, NULL, NULL, 'epoch');
INSERT INTO voting.notice_place VALUES (330102001, '018f0000-0000-7000-8000-000000000002', '330102001');
INSERT INTO voting.posting VALUES (330102001, '018f0000-0000-7000-8000-000000000002', '330102001', 1, 'epoch', '018f0000-0000-7000-8000-000000000009', NULL, NULL, NULL, NULL, 'epoch');
INSERT INTO voting.notice_item VALUES (330102001, '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000001', 'first', NULL);
INSERT INTO voting.likes VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-00000000000a', '018f0000-0000-7000-8000-00000000000b', true, false);
INSERT INTO voting.listing VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002', 'care', 1, 5, 'epoch');
INSERT INTO voting.gate VALUES (330102001, 0);
INSERT INTO voting.heat_cursor VALUES (330102001, '018f0000-0000-7000-8000-00000000000c', 0);
INSERT INTO voting.heat_delta VALUES (330102001, '018f0000-0000-7000-8000-00000000000c', 1, '{}', '{}');
INSERT INTO voting.heat VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 0);
INSERT INTO voting.ballot VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-00000000000a', '018f0000-0000-7000-8000-00000000000b', 5);
INSERT INTO voting.ballot_result VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 1, 5, 1, 'epoch', '018f0000-0000-7000-8000-000000000009');
-- case: project_pk 23505
INSERT INTO voting.project SELECT street, id, '330102001-2013-002', title, category, region, round, state FROM voting.project;
-- case: project_number 23505
INSERT INTO voting.project SELECT street, '018f0000-0000-7000-8000-000000000003', number, title, category, region, round, state FROM voting.project;
-- case: project_street 23514
INSERT INTO voting.project SELECT 1, id, number, title, category, region, round, state FROM voting.project;
-- case: project_state 23514
UPDATE voting.project SET state = 'lost' WHERE street = 330102001;
-- case: project_likes 23514
UPDATE voting.project SET likes_from = 'epoch' WHERE street = 330102001;
-- case: project_completed 23514
UPDATE voting.project SET state = 'completed' WHERE street = 330102001;
-- case: notice_pk 23505
INSERT INTO voting.notice SELECT * FROM voting.notice;
-- case: notice_kind 23514
INSERT INTO voting.notice SELECT street, '018f0000-0000-7000-8000-000000000003', 'third', round, days, state, opened_at, opened_by, NULL, NULL, NULL, 0, NULL, NULL, recorded_at FROM voting.notice;
-- case: notice_street 23514
INSERT INTO voting.notice SELECT 1, id, kind, round, days, state, opened_at, opened_by, NULL, NULL, NULL, 0, NULL, NULL, recorded_at FROM voting.notice;
-- case: notice_days 23514
INSERT INTO voting.notice SELECT street, '018f0000-0000-7000-8000-000000000003', kind, round, 0, state, opened_at, opened_by, NULL, NULL, NULL, 0, NULL, NULL, recorded_at FROM voting.notice;
-- case: notice_state 23514
UPDATE voting.notice SET state = 'lost', closed_at = 'epoch' WHERE street = 330102001;
-- case: notice_closed 23514
UPDATE voting.notice SET state = 'closed' WHERE street = 330102001;
-- case: notice_ran 23514
UPDATE voting.notice SET ran_us = -1 WHERE street = 330102001;
-- case: notice_due 23514
UPDATE voting.notice SET due = 'epoch' WHERE street = 330102001;
-- case: notice_place_pk 23505
INSERT INTO voting.notice_place SELECT * FROM voting.notice_place;
-- case: notice_place_street 23514
INSERT INTO voting.notice_place SELECT 1, notice, place FROM voting.notice_place;
-- case: notice_place_notice 23503
INSERT INTO voting.notice_place VALUES (330102001, '018f0000-0000-7000-8000-000000000003', '330102001');
-- case: posting_pk 23505
INSERT INTO voting.posting SELECT street, notice, place, n, live_from, posted_by, photo, 'epoch', posted_by, 'x', recorded_at FROM voting.posting;
-- case: posting_street 23514
INSERT INTO voting.posting SELECT 1, notice, place, n, live_from, posted_by, photo, NULL, NULL, NULL, recorded_at FROM voting.posting;
-- case: posting_n 23514
INSERT INTO voting.posting SELECT street, notice, place, 0, live_from, posted_by, photo, 'epoch', posted_by, 'x', recorded_at FROM voting.posting;
-- case: posting_place 23503
INSERT INTO voting.posting SELECT street, notice, '330102001003', n, live_from, posted_by, photo, NULL, NULL, NULL, recorded_at FROM voting.posting;
-- case: posting_ended 23514
UPDATE voting.posting SET live_until = 'epoch' WHERE street = 330102001;
-- case: posting_forward 23514
UPDATE voting.posting SET live_until = '1969-01-01', ended_by = posted_by, reason = 'x' WHERE street = 330102001;
-- case: notice_item_pk 23505
INSERT INTO voting.notice_item SELECT * FROM voting.notice_item;
-- case: notice_item_street 23514
INSERT INTO voting.notice_item SELECT 1, notice, project, kind, NULL FROM voting.notice_item;
-- case: notice_item_result 23514
UPDATE voting.notice_item SET result = 'lost' WHERE street = 330102001;
-- case: notice_item_notice 23503
INSERT INTO voting.notice_item SELECT street, notice, '018f0000-0000-7000-8000-000000000003', 'second', NULL FROM voting.notice_item;
-- case: notice_item_project 23503
INSERT INTO voting.notice_item SELECT street, notice, '018f0000-0000-7000-8000-000000000003', kind, NULL FROM voting.notice_item;
-- case: likes_pk 23505
INSERT INTO voting.likes SELECT * FROM voting.likes;
-- case: likes_street 23514
INSERT INTO voting.likes SELECT 1, project, voter, op, liked, was FROM voting.likes;
-- case: gate_pk 23505
INSERT INTO voting.gate VALUES (330102001, 1);
-- case: gate_street 23514
INSERT INTO voting.gate VALUES (1, 1);
-- case: gate_open 23514
UPDATE voting.gate SET open = -1 WHERE street = 330102001;
-- case: heat_cursor_pk 23505
INSERT INTO voting.heat_cursor SELECT * FROM voting.heat_cursor;
-- case: heat_cursor_street 23514
INSERT INTO voting.heat_cursor SELECT 1, writer, n FROM voting.heat_cursor;
-- case: heat_cursor_n 23514
UPDATE voting.heat_cursor SET n = -1 WHERE street = 330102001;
-- case: heat_delta_pk 23505
INSERT INTO voting.heat_delta SELECT * FROM voting.heat_delta;
-- case: heat_delta_street 23514
INSERT INTO voting.heat_delta SELECT 1, writer, n, projects, flips FROM voting.heat_delta;
-- case: heat_delta_n 23514
INSERT INTO voting.heat_delta SELECT street, writer, 0, projects, flips FROM voting.heat_delta;
-- case: heat_delta_pairs 23514
INSERT INTO voting.heat_delta SELECT street, writer, 2, projects, '{1}' FROM voting.heat_delta;
-- case: heat_pk 23505
INSERT INTO voting.heat SELECT * FROM voting.heat;
-- case: heat_street 23514
INSERT INTO voting.heat SELECT 1, project, heat FROM voting.heat;
-- case: ballot_pk 23505
INSERT INTO voting.ballot SELECT * FROM voting.ballot;
-- case: ballot_street 23514
INSERT INTO voting.ballot SELECT 1, project, voter, op, score FROM voting.ballot;
-- case: ballot_score 23514
UPDATE voting.ballot SET score = 6 WHERE street = 330102001;
-- case: ballot_project 23503
INSERT INTO voting.ballot SELECT street, '018f0000-0000-7000-8000-000000000003', voter, op, score FROM voting.ballot;
-- case: ballot_result_pk 23505
INSERT INTO voting.ballot_result SELECT * FROM voting.ballot_result;
-- case: ballot_result_street 23514
INSERT INTO voting.ballot_result SELECT 1, project, ballots, score_sum, least, closed_at, closed_by FROM voting.ballot_result;
-- case: ballot_result_ballots 23514
INSERT INTO voting.ballot_result SELECT street, project, -1, -2, least, closed_at, closed_by FROM voting.ballot_result;
-- case: ballot_result_sum 23514
INSERT INTO voting.ballot_result SELECT street, project, 1, 6, least, closed_at, closed_by FROM voting.ballot_result;
-- case: ballot_result_least 23514
INSERT INTO voting.ballot_result SELECT street, project, 1, 5, 0, closed_at, closed_by FROM voting.ballot_result;
-- case: ballot_result_project 23503
INSERT INTO voting.ballot_result SELECT street, '018f0000-0000-7000-8000-000000000003', ballots, score_sum, least, closed_at, closed_by FROM voting.ballot_result;
-- case: notice_of_kind 23505
ALTER TABLE voting.notice DROP CONSTRAINT notice_pk CASCADE;
INSERT INTO voting.notice SELECT * FROM voting.notice;
-- case: listing_pk 23505
INSERT INTO voting.listing SELECT * FROM voting.listing;
-- case: listing_once 23505
INSERT INTO voting.listing SELECT street, '018f0000-0000-7000-8000-000000000003', notice, category, rank, heat, listed_at FROM voting.listing;
-- case: listing_street 23514
UPDATE voting.listing SET street = 1;
-- case: listing_rank 23514
UPDATE voting.listing SET rank = 0;
-- case: listing_heat 23514
UPDATE voting.listing SET heat = -1;
-- case: listing_item 23503
UPDATE voting.listing SET notice = '018f0000-0000-7000-8000-000000000003';
-- case: posting_live_once 23505
INSERT INTO voting.posting SELECT street, notice, place, 2, live_from, posted_by, photo, NULL, NULL, NULL, recorded_at FROM voting.posting;
-- case: notice_item_once 23505
INSERT INTO voting.notice SELECT street, '018f0000-0000-7000-8000-000000000003', kind, round, days, state, opened_at, opened_by, NULL, NULL, NULL, 0, NULL, NULL, recorded_at FROM voting.notice;
INSERT INTO voting.notice_item SELECT street, '018f0000-0000-7000-8000-000000000003', project, kind, NULL FROM voting.notice_item;
