-- The constraints of matching, each broken once. Before the first case: rows to collide with.
INSERT INTO sponsor (id, name, kind, code, region, registered_by, registered_at) VALUES ('018f0000-0000-7000-8000-000000000001', 's', 'shop', '91330100716105852F', '330102', '018f0000-0000-7000-8000-000000000009', 'epoch');
INSERT INTO sponsor_person (sponsor, person, appointment) VALUES ('018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', '018f0000-0000-7000-8000-000000000008');
INSERT INTO organisation (id, name, code, region, registered_by, registered_at) VALUES ('018f0000-0000-7000-8000-000000000002', 'o', '91330100716105852F', '330102', '018f0000-0000-7000-8000-000000000009', 'epoch');
INSERT INTO organisation_person (organisation, person, appointment) VALUES ('018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000009', '018f0000-0000-7000-8000-000000000008');
INSERT INTO offer (street, id, region, sponsor, person, kind, amount, unit, what, until, made_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', '330102001', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', 'hours', 1, 'u', 'w', NULL, 'epoch');
INSERT INTO fair (street, id, organiser, name, round, streets, opens_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000004', '330102', 'f', 2014, '{330102001}', 'epoch');
INSERT INTO project (street, id, number, title, category, region, round, state, rank, heat, next) VALUES (330102001, '018f0000-0000-7000-8000-000000000005', 'n', 't', 'care', '330102001', 2014, 'listed', 1, 1, NULL);
INSERT INTO line (street, id, project, n, kind, unit, what, need, claimed) VALUES (330102001, '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', 1, 'money', 'fen', 'w', 100, 60);
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (330102001, '018f0000-0000-7000-8000-000000000007', '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000004', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 60, 'made', 'epoch', NULL, NULL);
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, '018f0000-0000-7000-8000-000000000011');
INSERT INTO agreement_claim (street, agreement, claim, project, live) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000007', '018f0000-0000-7000-8000-000000000005', false);
INSERT INTO agreement_party (street, agreement, party, kind) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000010', 'street');
INSERT INTO agreement_signature (street, agreement, n, party, person, signed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 1, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000009', 'epoch');
INSERT INTO agreement_party (street, agreement, party, kind) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000002', 'organisation');
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) SELECT street, '018f0000-0000-7000-8000-000000000012', project, organisation, fair, organiser, NULL, 2, 'signed', drafted_by, drafted_at, 'epoch', NULL FROM agreement;
INSERT INTO agreement_claim (street, agreement, claim, project, live) VALUES (330102001, '018f0000-0000-7000-8000-000000000012', '018f0000-0000-7000-8000-000000000007', '018f0000-0000-7000-8000-000000000005', true);
INSERT INTO agreement_party (street, agreement, party, kind) VALUES (330102001, '018f0000-0000-7000-8000-000000000012', '018f0000-0000-7000-8000-000000000012', 'street'), (330102001, '018f0000-0000-7000-8000-000000000012', '018f0000-0000-7000-8000-000000000002', 'organisation');
INSERT INTO agreement_signature (street, agreement, n, party, person, signed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000012', 1, '018f0000-0000-7000-8000-000000000012', '018f0000-0000-7000-8000-000000000009', 'epoch'), (330102001, '018f0000-0000-7000-8000-000000000012', 2, '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000009', 'epoch');
INSERT INTO agreement_seal (street, agreement, parties, sealed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000012', 2, 'epoch');
-- case: sponsor_pk 23505
INSERT INTO sponsor (id, name, kind, code, region, registered_by, registered_at) VALUES ('018f0000-0000-7000-8000-000000000001', 's', 'shop', '91330100716105852F', '330102', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: sponsor_person_pk 23505
INSERT INTO sponsor_person (sponsor, person, appointment) VALUES ('018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', '018f0000-0000-7000-8000-000000000008');
-- case: organisation_pk 23505
INSERT INTO organisation (id, name, code, region, registered_by, registered_at) VALUES ('018f0000-0000-7000-8000-000000000002', 'o', '91330100716105852F', '330102', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: organisation_person_pk 23505
INSERT INTO organisation_person (organisation, person, appointment) VALUES ('018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000009', '018f0000-0000-7000-8000-000000000008');
-- case: offer_pk 23505
INSERT INTO offer (street, id, region, sponsor, person, kind, amount, unit, what, until, made_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000003', '330102001', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', 'hours', 1, 'u', 'w', NULL, 'epoch');
-- case: offer_street 23514
INSERT INTO offer (street, id, region, sponsor, person, kind, amount, unit, what, until, made_at) VALUES (1, '018f0000-0000-7000-8000-000000000003', '330102001', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', 'hours', 1, 'u', 'w', NULL, 'epoch');
-- case: fair_pk 23505
INSERT INTO fair (street, id, organiser, name, round, streets, opens_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000004', '330102', 'f', 2014, '{330102001}', 'epoch');
-- case: fair_street 23514
INSERT INTO fair (street, id, organiser, name, round, streets, opens_at) VALUES (1, '018f0000-0000-7000-8000-000000000004', '330102', 'f', 2014, '{330102001}', 'epoch');
-- case: project_pk 23505
INSERT INTO project (street, id, number, title, category, region, round, state, rank, heat, next) VALUES (330102001, '018f0000-0000-7000-8000-000000000005', 'n', 't', 'care', '330102001', 2014, 'listed', 1, 1, NULL);
-- case: project_street 23514
INSERT INTO project (street, id, number, title, category, region, round, state, rank, heat, next) VALUES (1, '018f0000-0000-7000-8000-000000000005', 'n', 't', 'care', '330102001', 2014, 'listed', 1, 1, NULL);
-- case: line_pk 23505
INSERT INTO line (street, id, project, n, kind, unit, what, need, claimed) VALUES (330102001, '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', 1, 'money', 'fen', 'w', 100, 60);
-- case: line_street 23514
INSERT INTO line (street, id, project, n, kind, unit, what, need, claimed) VALUES (1, '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', 1, 'money', 'fen', 'w', 100, 60);
-- case: claim_pk 23505
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (330102001, '018f0000-0000-7000-8000-000000000007', '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000004', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 60, 'made', 'epoch', NULL, NULL);
-- case: claim_street 23514
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (1, '018f0000-0000-7000-8000-000000000007', '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000004', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 60, 'made', 'epoch', NULL, NULL);
-- case: agreement_pk 23505
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, '018f0000-0000-7000-8000-000000000011');
-- case: agreement_street 23514
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (1, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, '018f0000-0000-7000-8000-000000000011');
-- case: agreement_claim_pk 23505
INSERT INTO agreement_claim (street, agreement, claim, project, live) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000007', '018f0000-0000-7000-8000-000000000005', false);
-- case: agreement_claim_street 23514
INSERT INTO agreement_claim (street, agreement, claim, project, live) VALUES (1, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000007', '018f0000-0000-7000-8000-000000000005', false);
-- case: agreement_party_pk 23505
INSERT INTO agreement_party (street, agreement, party, kind) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000010', 'street');
-- case: agreement_party_street 23514
INSERT INTO agreement_party (street, agreement, party, kind) VALUES (1, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000010', 'street');
-- case: agreement_sign_pk 23505
INSERT INTO agreement_signature (street, agreement, n, party, person, signed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 1, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: agreement_sign_street 23514
INSERT INTO agreement_signature (street, agreement, n, party, person, signed_at) VALUES (1, '018f0000-0000-7000-8000-000000000010', 1, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: sponsor_kind 23514
INSERT INTO sponsor (id, name, kind, code, region, registered_by, registered_at) VALUES ('018f0000-0000-7000-8000-000000000020', 's', 'x', NULL, '330102', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: sponsor_code 23505
INSERT INTO sponsor (id, name, kind, code, region, registered_by, registered_at) VALUES ('018f0000-0000-7000-8000-000000000020', 's', 'shop', '91330100716105852F', '330102', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: sponsor_code_length 23514
INSERT INTO sponsor (id, name, kind, code, region, registered_by, registered_at) VALUES ('018f0000-0000-7000-8000-000000000020', 's', 'shop', '123', '330102', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: sponsor_person_sponsor 23503
INSERT INTO sponsor_person (sponsor, person, appointment) VALUES ('018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000009', '018f0000-0000-7000-8000-000000000008');
-- case: organisation_code 23505
INSERT INTO organisation (id, name, code, region, registered_by, registered_at) VALUES ('018f0000-0000-7000-8000-000000000020', 'o', '91330100716105852F', '330102', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: organisation_code_length 23514
INSERT INTO organisation (id, name, code, region, registered_by, registered_at) VALUES ('018f0000-0000-7000-8000-000000000020', 'o', '123', '330102', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: organisation_person_of 23503
INSERT INTO organisation_person (organisation, person, appointment) VALUES ('018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000009', '018f0000-0000-7000-8000-000000000008');
-- case: offer_kind 23514
INSERT INTO offer (street, id, region, sponsor, person, kind, amount, unit, what, until, made_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '330102001', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', 'x', 1, 'u', 'w', NULL, 'epoch');
-- case: offer_amount 23514
INSERT INTO offer (street, id, region, sponsor, person, kind, amount, unit, what, until, made_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '330102001', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', 'hours', 0, 'u', 'w', NULL, 'epoch');
-- case: offer_sponsor 23503
INSERT INTO offer (street, id, region, sponsor, person, kind, amount, unit, what, until, made_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '330102001', '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000009', 'hours', 1, 'u', 'w', NULL, 'epoch');
-- case: fair_streets 23514
INSERT INTO fair (street, id, organiser, name, round, streets, opens_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '330102', 'f', 2014, '{}', 'epoch');
-- case: project_state 23514
INSERT INTO project (street, id, number, title, category, region, round, state, rank, heat, next) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', 'n', 't', 'care', '330102001', 2014, 'x', 1, 1, NULL);
-- case: project_listed 23514
INSERT INTO project (street, id, number, title, category, region, round, state, rank, heat, next) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', 'n', 't', 'care', '330102001', 2014, 'listed', NULL, 1, NULL);
-- case: project_next 23514
INSERT INTO project (street, id, number, title, category, region, round, state, rank, heat, next) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', 'n', 't', 'care', '330102001', 2014, 'unclaimed', 1, 1, 'x');
-- case: project_chance 23514
INSERT INTO project (street, id, number, title, category, region, round, state, rank, heat, next) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', 'n', 't', 'care', '330102001', 2014, 'unclaimed', 1, 1, NULL);
-- case: project_told 23514
INSERT INTO project (street, id, number, title, category, region, round, state, rank, heat, next) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', 'n', NULL, 'care', '330102001', 2014, 'listed', 1, 1, NULL);
-- case: line_kind 23514
INSERT INTO line (street, id, project, n, kind, unit, what, need, claimed) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', 2, 'x', 'fen', 'w', 100, 60);
-- case: line_need 23514
INSERT INTO line (street, id, project, n, kind, unit, what, need, claimed) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', 2, 'money', 'fen', 'w', 0, 0);
-- case: line_never_over 23514
UPDATE line SET claimed = 101 WHERE street = 330102001;
-- case: line_of 23505
INSERT INTO line (street, id, project, n, kind, unit, what, need, claimed) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', 1, 'money', 'fen', 'w', 100, 60);
-- case: line_same 23505
ALTER TABLE line DROP CONSTRAINT line_pk CASCADE;
INSERT INTO line (street, id, project, n, kind, unit, what, need, claimed) VALUES (330102001, '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', 2, 'money', 'fen', 'w', 100, 60);
-- case: line_project 23503
INSERT INTO line (street, id, project, n, kind, unit, what, need, claimed) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000020', 1, 'money', 'fen', 'w', 100, 60);
-- case: claim_amount 23514
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000004', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 0, 'made', 'epoch', NULL, NULL);
-- case: claim_state 23514
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000004', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 60, 'x', 'epoch', NULL, NULL);
-- case: claim_of 23505
ALTER TABLE claim DROP CONSTRAINT claim_pk CASCADE;
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (330102001, '018f0000-0000-7000-8000-000000000007', '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000004', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 60, 'made', 'epoch', NULL, NULL);
-- case: claim_line 23503
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000004', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 60, 'made', 'epoch', NULL, NULL);
-- case: claim_fair 23503
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000020', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 60, 'made', 'epoch', NULL, NULL);
-- case: claim_partial 23514
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000004', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 61, 'made', 'epoch', NULL, NULL);
-- case: claim_ended 23514
INSERT INTO claim (street, id, line, project, fair, organiser, sponsor, source_kind, person, asked, amount, state, made_at, ended_at, reason) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000006', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000004', '330102', '018f0000-0000-7000-8000-000000000001', 'shop', '018f0000-0000-7000-8000-000000000009', 60, 60, 'expired', 'epoch', NULL, NULL);
-- case: agreement_two 23514
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 1, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, '018f0000-0000-7000-8000-000000000011');
-- case: agreement_state 23514
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'x', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, NULL);
-- case: agreement_of 23505
ALTER TABLE agreement DROP CONSTRAINT agreement_pk CASCADE;
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, '018f0000-0000-7000-8000-000000000011');
-- case: agreement_parties 23505
ALTER TABLE agreement DROP CONSTRAINT agreement_pk CASCADE;
ALTER TABLE agreement DROP CONSTRAINT agreement_of CASCADE;
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, '018f0000-0000-7000-8000-000000000011');
-- case: agreement_project 23503
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, '018f0000-0000-7000-8000-000000000011');
-- case: agreement_organisation 23503
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, '018f0000-0000-7000-8000-000000000011');
-- case: agreement_fair 23503
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000020', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, '018f0000-0000-7000-8000-000000000011');
-- case: agreement_signed 23514
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', 'epoch', '018f0000-0000-7000-8000-000000000011');
-- case: agreement_replaced 23514
INSERT INTO agreement (street, id, project, organisation, fair, organiser, due_on, parties, state, drafted_by, drafted_at, signed_at, replaced_by) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000004', '330102', NULL, 2, 'replaced', '018f0000-0000-7000-8000-000000000009', 'epoch', NULL, NULL);
-- case: agreement_claim_of 23503
INSERT INTO agreement_claim (street, agreement, claim, project, live) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000007', '018f0000-0000-7000-8000-000000000005', false);
-- case: agreement_claim_claim 23503
INSERT INTO agreement_claim (street, agreement, claim, project, live) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000005', false);
-- case: agreement_party_kind 23514
INSERT INTO agreement_party (street, agreement, party, kind) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000020', 'x');
-- case: agreement_party_of 23503
INSERT INTO agreement_party (street, agreement, party, kind) VALUES (330102001, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000010', 'street');
-- case: agreement_sign_n 23514
INSERT INTO agreement_signature (street, agreement, n, party, person, signed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 0, '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: agreement_sign_once 23505
INSERT INTO agreement_signature (street, agreement, n, party, person, signed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 2, '018f0000-0000-7000-8000-000000000010', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: agreement_sign_party 23503
INSERT INTO agreement_signature (street, agreement, n, party, person, signed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 2, '018f0000-0000-7000-8000-000000000020', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: agreement_sign_chain 23503
INSERT INTO agreement_signature (street, agreement, n, party, person, signed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 3, '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000009', 'epoch');
-- case: agreement_seal_all 23503
INSERT INTO agreement_seal (street, agreement, parties, sealed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 2, 'epoch');
-- case: agreement_seal_of 23503
INSERT INTO agreement_seal (street, agreement, parties, sealed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 1, 'epoch');
-- case: agreement_seal_street 23514
INSERT INTO agreement_seal (street, agreement, parties, sealed_at) VALUES (1, '018f0000-0000-7000-8000-000000000010', 2, 'epoch');
-- case: agreement_seal_pk 23505
INSERT INTO agreement_signature (street, agreement, n, party, person, signed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 2, '018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000009', 'epoch');
INSERT INTO agreement_seal (street, agreement, parties, sealed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 2, 'epoch');
INSERT INTO agreement_seal (street, agreement, parties, sealed_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000010', 2, 'epoch');
-- case: agreement_once 23505
UPDATE agreement SET state = 'draft', replaced_by = NULL WHERE state = 'replaced';
-- case: agreement_claim_once 23505
UPDATE agreement_claim SET live = true WHERE NOT live;
