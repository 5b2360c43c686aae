-- The constraints of notification's tables, each broken once. Before the first case: one good row of each.
INSERT INTO notification.person_index (hash, person, kind) VALUES (decode(repeat('00', 32), 'hex'), '018f0000-0000-7000-8000-000000000001', 'phone');
INSERT INTO notification.person (street, id, registered_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '2014-01-02', '2014-01-02');
INSERT INTO notification.person_home (street, person, region, since) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '330102001', '2014-01-02');
INSERT INTO notification.subject_key (street, person, wrapped) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', decode(repeat('00', 72), 'hex'));
INSERT INTO notification.vault (street, person, field, op, sealed, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'name', '018f0000-0000-7000-8000-000000000001', decode(repeat('00', 50), 'hex'), '2014-01-02');
INSERT INTO notification.timeline (street, service, stream, seq, n, at, type) VALUES (330102001, 'intake', 330102001, 1, 0, '2014-01-02', 'x');
INSERT INTO notification.report_count (street, what, value, n) VALUES (330102001, 'channel', 'call', 1);
INSERT INTO notification.report_campaign (street, campaign, community, round, sent, returned) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '330102001001', 2014, 1, 1);
INSERT INTO notification.report_project (street, project) VALUES (330102001, '018f0000-0000-7000-8000-000000000001');
INSERT INTO notification.report_money (street, project, source_kind, organiser, received, spent, returned) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'shop', '330102001', 1, 0, 0);
INSERT INTO notification.report_gift (street, source_kind, organiser, kind, unit, amount) VALUES (330102001, 'shop', '330102001', 'hours', 'h', 1);
INSERT INTO notification.report_fair (street, fair) VALUES (330102001, '018f0000-0000-7000-8000-000000000001');
INSERT INTO notification.report_claim (street, claim, state) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'made');
-- case: person_index_pk 23505
INSERT INTO notification.person_index (hash, person, kind) VALUES (decode(repeat('00', 32), 'hex'), '018f0000-0000-7000-8000-000000000001', 'phone');
-- case: person_pk 23505
INSERT INTO notification.person (street, id, registered_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '2014-01-02', '2014-01-02');
-- case: person_home_pk 23505
INSERT INTO notification.person_home (street, person, region, since) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '330102001', '2014-01-02');
-- case: subject_key_pk 23505
INSERT INTO notification.subject_key (street, person, wrapped) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', decode(repeat('00', 72), 'hex'));
-- case: vault_pk 23505
INSERT INTO notification.vault (street, person, field, op, sealed, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'name', '018f0000-0000-7000-8000-000000000001', decode(repeat('00', 50), 'hex'), '2014-01-02');
-- case: timeline_pk 23505
INSERT INTO notification.timeline (street, service, stream, seq, n, at, type) VALUES (330102001, 'intake', 330102001, 1, 0, '2014-01-02', 'x');
-- case: report_count_pk 23505
INSERT INTO notification.report_count (street, what, value, n) VALUES (330102001, 'channel', 'call', 1);
-- case: report_campaign_pk 23505
INSERT INTO notification.report_campaign (street, campaign, community, round, sent, returned) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '330102001001', 2014, 1, 1);
-- case: report_project_pk 23505
INSERT INTO notification.report_project (street, project) VALUES (330102001, '018f0000-0000-7000-8000-000000000001');
-- case: report_money_pk 23505
INSERT INTO notification.report_money (street, project, source_kind, organiser, received, spent, returned) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'shop', '330102001', 1, 0, 0);
-- case: report_gift_pk 23505
INSERT INTO notification.report_gift (street, source_kind, organiser, kind, unit, amount) VALUES (330102001, 'shop', '330102001', 'hours', 'h', 1);
-- case: report_fair_pk 23505
INSERT INTO notification.report_fair (street, fair) VALUES (330102001, '018f0000-0000-7000-8000-000000000001');
-- case: report_claim_pk 23505
INSERT INTO notification.report_claim (street, claim, state) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'made');
-- case: person_street 23514
INSERT INTO notification.person (street, id, registered_at, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', '2014-01-02', '2014-01-02');
-- case: person_home_street 23514
INSERT INTO notification.person_home (street, person, region, since) VALUES (1, '018f0000-0000-7000-8000-000000000001', '330102001', '2014-01-02');
-- case: subject_key_street 23514
INSERT INTO notification.subject_key (street, person, wrapped) VALUES (1, '018f0000-0000-7000-8000-000000000001', decode(repeat('00', 72), 'hex'));
-- case: vault_street 23514
INSERT INTO notification.vault (street, person, field, op, sealed, recorded_at) VALUES (1, '018f0000-0000-7000-8000-000000000001', 'name', '018f0000-0000-7000-8000-000000000001', decode(repeat('00', 50), 'hex'), '2014-01-02');
-- case: timeline_street 23514
INSERT INTO notification.timeline (street, service, stream, seq, n, at, type) VALUES (1, 'intake', 330102001, 1, 0, '2014-01-02', 'x');
-- case: report_count_street 23514
INSERT INTO notification.report_count (street, what, value, n) VALUES (1, 'channel', 'call', 1);
-- case: report_campaign_street 23514
INSERT INTO notification.report_campaign (street, campaign, community, round, sent, returned) VALUES (1, '018f0000-0000-7000-8000-000000000001', '330102001001', 2014, 1, 1);
-- case: report_project_street 23514
INSERT INTO notification.report_project (street, project) VALUES (1, '018f0000-0000-7000-8000-000000000001');
-- case: report_money_street 23514
INSERT INTO notification.report_money (street, project, source_kind, organiser, received, spent, returned) VALUES (1, '018f0000-0000-7000-8000-000000000001', 'shop', '330102001', 1, 0, 0);
-- case: report_gift_street 23514
INSERT INTO notification.report_gift (street, source_kind, organiser, kind, unit, amount) VALUES (1, 'shop', '330102001', 'hours', 'h', 1);
-- case: report_fair_street 23514
INSERT INTO notification.report_fair (street, fair) VALUES (1, '018f0000-0000-7000-8000-000000000001');
-- case: report_claim_street 23514
INSERT INTO notification.report_claim (street, claim, state) VALUES (1, '018f0000-0000-7000-8000-000000000001', 'made');
-- case: person_index_hash 23514
INSERT INTO notification.person_index (hash, person, kind) VALUES ('', '018f0000-0000-7000-8000-000000000001', 'phone');
-- case: person_index_kind 23514
INSERT INTO notification.person_index (hash, person, kind) VALUES (decode(repeat('01', 32), 'hex'), '018f0000-0000-7000-8000-000000000001', 'x');
-- case: person_home_person 23503
INSERT INTO notification.person_home (street, person, region, since) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', '330102001', '2014-01-02');
-- case: subject_key_wrapped 23514
INSERT INTO notification.subject_key (street, person, wrapped) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '');
-- case: subject_key_person 23503
INSERT INTO notification.subject_key (street, person, wrapped) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', decode(repeat('00', 72), 'hex'));
-- case: vault_field 23514
INSERT INTO notification.vault (street, person, field, op, sealed, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'x', '018f0000-0000-7000-8000-000000000001', decode(repeat('00', 50), 'hex'), '2014-01-02');
-- case: vault_sealed 23514
INSERT INTO notification.vault (street, person, field, op, sealed, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'name', '018f0000-0000-7000-8000-000000000002', '', '2014-01-02');
-- case: vault_key 23503
INSERT INTO notification.vault (street, person, field, op, sealed, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', 'name', '018f0000-0000-7000-8000-000000000001', decode(repeat('00', 50), 'hex'), '2014-01-02');
-- case: report_count_what 23514
INSERT INTO notification.report_count (street, what, value, n) VALUES (330102001, 'x', 'call', 1);
-- case: report_project_verdict 23514
INSERT INTO notification.report_project (street, project, verdict) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'x');
-- case: report_claim_state 23514
INSERT INTO notification.report_claim (street, claim, state) VALUES (330102001, '018f0000-0000-7000-8000-000000000002', 'x');
