-- The constraints of intake's tables, each broken once. Before the first case: one good row of each.
INSERT INTO intake.counter (street, name, n) VALUES (330102001, 'receipt', 1);
INSERT INTO intake.region_change (street, code, op, name, households, parent, changed_by, changed_at, recorded_at) VALUES (330102001, '330102001001', '018f0000-0000-7000-8000-000000000001', 'x', 1, '330102001', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 1, 'r', '330102001', 'call', 'care', 's', '1', 0, 0, '2014-01-02', '2014-01-02');
INSERT INTO intake.words (street, about, part, subject, body) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 0, '', '');
INSERT INTO intake.answer (street, opinion, n, answered_by, answered_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
INSERT INTO intake.classification (street, opinion, op, region, category, old_region, old_category, classified_by, classified_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', '330102001', 'care', '330102001', 'unknown', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
INSERT INTO intake.campaign (street, id, round, kind, title, opened_by, opened_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2014, 'letters', 't', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
INSERT INTO intake.campaign_community (street, campaign, community, sent, returned, op, counted_by, counted_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '330102001001', 2, 1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', '2014-01-02');
INSERT INTO intake.contest (street, id, round, title, call, entries, opened_by, opened_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2014, 't', 'c', 0, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
INSERT INTO intake.entry (street, id, contest, n, person, submitted_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'n1', 2014, '330102001', 'care', 't', 's', 1, '018f0000-0000-7000-8000-000000000001', 'draft', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000001', 'money', 1, 'fen', 'w');
INSERT INTO intake.proposal_opinion (street, proposal, opinion) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001');
INSERT INTO intake.review (street, id, round, state, opened_by, opened_at, closed_at, closed_by, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2014, 'open', '018f0000-0000-7000-8000-000000000009', '2014-01-02', NULL, NULL, '2014-01-02');
INSERT INTO intake.review_seat (street, review, n, person, kind, appointment) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', 'media', '018f0000-0000-7000-8000-000000000001');
INSERT INTO intake.review_item (street, review, proposal) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001');
INSERT INTO intake.verdict (street, review, proposal, seat, people_need, verdict, reason, given_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, true, 'pass', 'r', '2014-01-02', '2014-01-02');
-- case: counter_pk 23505
INSERT INTO intake.counter (street, name, n) VALUES (330102001, 'receipt', 1);
-- case: region_change_pk 23505
INSERT INTO intake.region_change (street, code, op, name, households, parent, changed_by, changed_at, recorded_at) VALUES (330102001, '330102001001', '018f0000-0000-7000-8000-000000000001', 'x', 1, '330102001', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: opinion_pk 23505
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 1, 'r', '330102001', 'call', 'care', 's', '1', 0, 0, '2014-01-02', '2014-01-02');
-- case: words_pk 23505
INSERT INTO intake.words (street, about, part, subject, body) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 0, '', '');
-- case: answer_pk 23505
INSERT INTO intake.answer (street, opinion, n, answered_by, answered_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: classification_pk 23505
INSERT INTO intake.classification (street, opinion, op, region, category, old_region, old_category, classified_by, classified_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', '330102001', 'care', '330102001', 'unknown', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: campaign_pk 23505
INSERT INTO intake.campaign (street, id, round, kind, title, opened_by, opened_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2014, 'letters', 't', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: campaign_community_pk 23505
INSERT INTO intake.campaign_community (street, campaign, community, sent, returned, op, counted_by, counted_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '330102001001', 2, 1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', '2014-01-02');
-- case: contest_pk 23505
INSERT INTO intake.contest (street, id, round, title, call, entries, opened_by, opened_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2014, 't', 'c', 0, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: entry_pk 23505
INSERT INTO intake.entry (street, id, contest, n, person, submitted_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: proposal_pk 23505
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'n1', 2014, '330102001', 'care', 't', 's', 1, '018f0000-0000-7000-8000-000000000001', 'draft', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
-- case: need_line_pk 23505
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000001', 'money', 1, 'fen', 'w');
-- case: proposal_opinion_pk 23505
INSERT INTO intake.proposal_opinion (street, proposal, opinion) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001');
-- case: review_pk 23505
INSERT INTO intake.review (street, id, round, state, opened_by, opened_at, closed_at, closed_by, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2014, 'open', '018f0000-0000-7000-8000-000000000009', '2014-01-02', NULL, NULL, '2014-01-02');
-- case: review_seat_pk 23505
INSERT INTO intake.review_seat (street, review, n, person, kind, appointment) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', 'media', '018f0000-0000-7000-8000-000000000001');
-- case: review_item_pk 23505
INSERT INTO intake.review_item (street, review, proposal) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001');
-- case: verdict_pk 23505
INSERT INTO intake.verdict (street, review, proposal, seat, people_need, verdict, reason, given_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, true, 'pass', 'r', '2014-01-02', '2014-01-02');
-- case: counter_street 23514
INSERT INTO intake.counter (street, name, n) VALUES (1, 'receipt', 1);
-- case: region_change_street 23514
INSERT INTO intake.region_change (street, code, op, name, households, parent, changed_by, changed_at, recorded_at) VALUES (1, '330102001001', '018f0000-0000-7000-8000-000000000001', 'x', 1, '330102001', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: opinion_street 23514
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', 1, 'r', '1', 'call', 'care', 's', '1', 0, 0, '2014-01-02', '2014-01-02');
-- case: words_street 23514
INSERT INTO intake.words (street, about, part, subject, body) VALUES (1, '018f0000-0000-7000-8000-000000000001', 0, '', '');
-- case: answer_street 23514
INSERT INTO intake.answer (street, opinion, n, answered_by, answered_at, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: classification_street 23514
INSERT INTO intake.classification (street, opinion, op, region, category, old_region, old_category, classified_by, classified_at, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', '330102001', 'care', '330102001', 'unknown', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: campaign_street 23514
INSERT INTO intake.campaign (street, id, round, kind, title, opened_by, opened_at, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', 2014, 'letters', 't', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: campaign_community_street 23514
INSERT INTO intake.campaign_community (street, campaign, community, sent, returned, op, counted_by, counted_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', '100000000000', 2, 1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', '2014-01-02');
-- case: contest_street 23514
INSERT INTO intake.contest (street, id, round, title, call, entries, opened_by, opened_at, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', 2014, 't', 'c', 0, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: entry_street 23514
INSERT INTO intake.entry (street, id, contest, n, person, submitted_at, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: proposal_street 23514
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', 'n1', 2014, '1', 'care', 't', 's', 1, NULL, 'draft', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
-- case: need_line_street 23514
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what) VALUES (1, '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000001', 'money', 1, 'fen', 'w');
-- case: proposal_opinion_street 23514
INSERT INTO intake.proposal_opinion (street, proposal, opinion) VALUES (1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001');
-- case: review_street 23514
INSERT INTO intake.review (street, id, round, state, opened_by, opened_at, closed_at, closed_by, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', 2014, 'open', '018f0000-0000-7000-8000-000000000009', '2014-01-02', NULL, NULL, '2014-01-02');
-- case: review_seat_street 23514
INSERT INTO intake.review_seat (street, review, n, person, kind, appointment) VALUES (1, '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', 'media', '018f0000-0000-7000-8000-000000000001');
-- case: review_item_street 23514
INSERT INTO intake.review_item (street, review, proposal) VALUES (1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001');
-- case: verdict_street 23514
INSERT INTO intake.verdict (street, review, proposal, seat, people_need, verdict, reason, given_at, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, true, 'pass', 'r', '2014-01-02', '2014-01-02');
-- case: counter_n 23514
INSERT INTO intake.counter (street, name, n) VALUES (330102001, 'x', -1);
-- case: region_change_households 23514
INSERT INTO intake.region_change (street, code, op, name, households, parent, changed_by, changed_at, recorded_at) VALUES (330102001, '330102001001', '018f0000-0000-7000-8000-000000000002', 'x', -1, '330102001', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: region_change_inside 23514
INSERT INTO intake.region_change (street, code, op, name, households, parent, changed_by, changed_at, recorded_at) VALUES (330102001, '330102001001', '018f0000-0000-7000-8000-000000000002', 'x', 1, '330102002', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: opinion_serial 23505
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 1, 'r', '330102001', 'call', 'care', 's', '2', 0, 0, '2014-01-02', '2014-01-02');
-- case: opinion_source 23505
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2, 'r', '330102001', 'call', 'care', 's', '1', 0, 0, '2014-01-02', '2014-01-02');
-- case: opinion_n 23514
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 0, 'r', '330102001', 'call', 'care', 's', '2', 0, 0, '2014-01-02', '2014-01-02');
-- case: opinion_region 23514
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2, 'r', '330102002', 'call', 'care', 's', '2', 0, 0, '2014-01-02', '2014-01-02');
-- case: opinion_channel 23514
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2, 'r', '330102001', 'smoke', 'care', 's', '2', 0, 0, '2014-01-02', '2014-01-02');
-- case: opinion_category 23514
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2, 'r', '330102001', 'call', 'x', 's', '2', 0, 0, '2014-01-02', '2014-01-02');
-- case: opinion_source_likes 23514
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2, 'r', '330102001', 'call', 'care', 's', '2', -1, 0, '2014-01-02', '2014-01-02');
-- case: opinion_source_dislikes 23514
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2, 'r', '330102001', 'call', 'care', 's', '2', 0, -1, '2014-01-02', '2014-01-02');
-- case: opinion_answered 23514
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at, answered_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2, 'r', '330102001', 'call', 'care', 's', '2', 0, 0, '2014-01-02', '2014-01-02', '2014-01-01');
-- case: opinion_source_whole 23514
INSERT INTO intake.opinion (street, id, n, receipt, region, channel, category, source, source_id, source_likes, source_dislikes, received_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2, 'r', '330102001', 'call', 'care', 's', NULL, 0, 0, '2014-01-02', '2014-01-02');
-- case: words_part 23514
INSERT INTO intake.words (street, about, part, subject, body) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', -1, '', '');
-- case: answer_n 23514
INSERT INTO intake.answer (street, opinion, n, answered_by, answered_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 0, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: answer_opinion 23503
INSERT INTO intake.answer (street, opinion, n, answered_by, answered_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', 1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: answer_gapless 23503
INSERT INTO intake.answer (street, opinion, n, answered_by, answered_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 3, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: classification_opinion 23503
INSERT INTO intake.classification (street, opinion, op, region, category, old_region, old_category, classified_by, classified_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', '018f0000-0000-7000-8000-000000000001', '330102001', 'care', '330102001', 'unknown', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: campaign_kind 23514
INSERT INTO intake.campaign (street, id, round, kind, title, opened_by, opened_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2014, 'x', 't', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: campaign_community_inside 23514
INSERT INTO intake.campaign_community (street, campaign, community, sent, returned, op, counted_by, counted_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '330102001', 2, 1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', '2014-01-02');
-- case: campaign_community_campaign 23503
INSERT INTO intake.campaign_community (street, campaign, community, sent, returned, op, counted_by, counted_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', '330102001001', 2, 1, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', '2014-01-02');
-- case: campaign_community_counts 23514
INSERT INTO intake.campaign_community (street, campaign, community, sent, returned, op, counted_by, counted_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '330102001002', 2, 3, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', '2014-01-02');
-- case: contest_entries 23514
INSERT INTO intake.contest (street, id, round, title, call, entries, opened_by, opened_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2014, 't', 'c', -1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: entry_n 23514
INSERT INTO intake.entry (street, id, contest, n, person, submitted_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000001', 0, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: entry_number 23505
INSERT INTO intake.entry (street, id, contest, n, person, submitted_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000001', 1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: entry_contest 23503
INSERT INTO intake.entry (street, id, contest, n, person, submitted_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000003', 1, '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02');
-- case: proposal_number 23505
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'n1', 2014, '330102001', 'care', 't', 's', 1, '018f0000-0000-7000-8000-000000000001', 'draft', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
-- case: proposal_region 23514
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'n2', 2014, '330102002', 'care', 't', 's', 1, '018f0000-0000-7000-8000-000000000001', 'draft', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
-- case: proposal_category 23514
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'n2', 2014, '330102001', 'x', 't', 's', 1, '018f0000-0000-7000-8000-000000000001', 'draft', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
-- case: proposal_estimate 23514
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'n2', 2014, '330102001', 'care', 't', 's', -1, '018f0000-0000-7000-8000-000000000001', 'draft', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
-- case: proposal_state 23514
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'n2', 2014, '330102001', 'care', 't', 's', 1, '018f0000-0000-7000-8000-000000000001', 'x', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
-- case: proposal_entry 23503
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'n2', 2014, '330102001', 'care', 't', 's', 1, '018f0000-0000-7000-8000-000000000003', 'draft', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
-- case: proposal_reason 23514
INSERT INTO intake.proposal (street, id, number, round, region, category, title, summary, estimate_fen, entry, state, drafted_by, drafted_at, changed_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'n2', 2014, '330102001', 'care', 't', 's', 1, '018f0000-0000-7000-8000-000000000001', 'rejected', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', '2014-01-02');
-- case: need_line_n 23514
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 0, '018f0000-0000-7000-8000-000000000002', 'money', 1, 'fen', 'w');
-- case: need_line_id 23505
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2, '018f0000-0000-7000-8000-000000000001', 'money', 1, 'fen', 'w');
-- case: need_line_kind 23514
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2, '018f0000-0000-7000-8000-000000000002', 'x', 1, 'fen', 'w');
-- case: need_line_amount 23514
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2, '018f0000-0000-7000-8000-000000000002', 'money', 0, 'fen', 'w');
-- case: need_line_proposal 23503
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', 1, '018f0000-0000-7000-8000-000000000002', 'money', 1, 'fen', 'w');
-- case: need_line_money 23514
INSERT INTO intake.need_line (street, proposal, n, id, kind, amount, unit, what) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2, '018f0000-0000-7000-8000-000000000002', 'money', 1, 'yuan', 'w');
-- case: proposal_opinion_proposal 23503
INSERT INTO intake.proposal_opinion (street, proposal, opinion) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', '018f0000-0000-7000-8000-000000000001');
-- case: proposal_opinion_opinion 23503
INSERT INTO intake.proposal_opinion (street, proposal, opinion) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000003');
-- case: review_state 23514
INSERT INTO intake.review (street, id, round, state, opened_by, opened_at, closed_at, closed_by, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2014, 'x', '018f0000-0000-7000-8000-000000000009', '2014-01-02', NULL, NULL, '2014-01-02');
-- case: review_closed 23514
INSERT INTO intake.review (street, id, round, state, opened_by, opened_at, closed_at, closed_by, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 2014, 'open', '018f0000-0000-7000-8000-000000000009', '2014-01-02', '2014-01-02', NULL, '2014-01-02');
-- case: review_seat_n 23514
INSERT INTO intake.review_seat (street, review, n, person, kind, appointment) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 0, '018f0000-0000-7000-8000-000000000008', 'media', '018f0000-0000-7000-8000-000000000001');
-- case: review_seat_person 23505
INSERT INTO intake.review_seat (street, review, n, person, kind, appointment) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2, '018f0000-0000-7000-8000-000000000009', 'media', '018f0000-0000-7000-8000-000000000001');
-- case: review_seat_kind 23514
INSERT INTO intake.review_seat (street, review, n, person, kind, appointment) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 2, '018f0000-0000-7000-8000-000000000008', 'x', '018f0000-0000-7000-8000-000000000001');
-- case: review_seat_review 23503
INSERT INTO intake.review_seat (street, review, n, person, kind, appointment) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', 1, '018f0000-0000-7000-8000-000000000009', 'media', '018f0000-0000-7000-8000-000000000001');
-- case: review_item_review 23503
INSERT INTO intake.review_item (street, review, proposal) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', '018f0000-0000-7000-8000-000000000001');
-- case: review_item_proposal 23503
INSERT INTO intake.review_item (street, review, proposal) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000003');
-- case: verdict_word 23514
INSERT INTO intake.verdict (street, review, proposal, seat, people_need, verdict, reason, given_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, true, 'x', 'r', '2014-01-02', '2014-01-02');
-- case: verdict_reason 23514
INSERT INTO intake.verdict (street, review, proposal, seat, people_need, verdict, reason, given_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, true, 'pass', '', '2014-01-02', '2014-01-02');
-- case: verdict_need 23514
INSERT INTO intake.verdict (street, review, proposal, seat, people_need, verdict, reason, given_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1, false, 'pass', 'r', '2014-01-02', '2014-01-02');
-- case: verdict_item 23503
INSERT INTO intake.verdict (street, review, proposal, seat, people_need, verdict, reason, given_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000003', 1, true, 'pass', 'r', '2014-01-02', '2014-01-02');
-- case: verdict_seat 23503
INSERT INTO intake.verdict (street, review, proposal, seat, people_need, verdict, reason, given_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 2, true, 'pass', 'r', '2014-01-02', '2014-01-02');
