-- The constraints of supervision, each broken once. Before the first case: one project from its books to its appraisal, a second
-- milestone with one signature, a second payment with one, a second lot: rows to collide with and to refer to.
\set S 330102001
\set P '\'018f0000-0000-7000-8000-000000000001\''
\set ORG '\'018f0000-0000-7000-8000-000000000002\''
\set FAIR '\'018f0000-0000-7000-8000-000000000003\''
\set CLAIM '\'018f0000-0000-7000-8000-000000000004\''
\set GIVER '\'018f0000-0000-7000-8000-000000000005\''
\set A1 '\'018f0000-0000-7000-8000-000000000006\''
\set A2 '\'018f0000-0000-7000-8000-000000000007\''
\set OFFICER '\'018f0000-0000-7000-8000-000000000008\''
\set OTHER '\'018f0000-0000-7000-8000-000000000009\''
\set M '\'018f0000-0000-7000-8000-000000000011\''
\set M2 '\'018f0000-0000-7000-8000-000000000012\''
\set PAY '\'018f0000-0000-7000-8000-000000000013\''
\set PAY2 '\'018f0000-0000-7000-8000-000000000014\''
\set LOT '\'018f0000-0000-7000-8000-000000000015\''
\set LOT2 '\'018f0000-0000-7000-8000-000000000016\''
\set X '\'018f0000-0000-7000-8000-0000000000ff\''
\set NIL '\'00000000-0000-0000-0000-000000000000\''
INSERT INTO books VALUES (:S, :P, :X, :ORG, '330102', :FAIR, 'running', 'epoch');
INSERT INTO promise VALUES (:S, :CLAIM, :P, :GIVER, 'company', 'money', 100, 'fen');
INSERT INTO ambassador VALUES (:S, :X, :A1, '330102', 'resident', 'epoch', :OFFICER);
INSERT INTO draw_commitment VALUES (:S, :P, encode(sha256('seed'), 'hex'), 'epoch', :OFFICER);
INSERT INTO draw VALUES (:S, :P, 'seed', 2, ARRAY[:A1, :A2]::uuid[], 'epoch', :OFFICER, encode(sha256('seed'), 'hex'));
INSERT INTO recused VALUES (:S, :P, :X, 'party', 'epoch');
INSERT INTO assignment SELECT :S, :P, p, a::uuid, n FROM unnest(ARRAY['funds', 'site']) p, unnest(ARRAY[:A1, :A2]) WITH ORDINALITY t(a, n);
INSERT INTO milestone (street, id, project, n, title, point, gate_version, gate_kind, gate_upto, need, planned_at, planned_by)
  SELECT :S, i::uuid, :P, n, 't', 'site', 1, 'milestone', 0, 2, 'epoch', :OFFICER FROM unnest(ARRAY[:M, :M2]) WITH ORDINALITY t(i, n);
INSERT INTO milestone_signature (street, milestone, n, project, point, ambassador, signed_at)
  VALUES (:S, :M, 1, :P, 'site', :A1, 'epoch'), (:S, :M, 2, :P, 'site', :A2, 'epoch'), (:S, :M2, 1, :P, 'site', :A1, 'epoch');
INSERT INTO acceptance (street, project, k, milestone, need, accepted_at) VALUES (:S, :P, 1, :M, 2, 'epoch');
INSERT INTO payment SELECT :S, i::uuid, :P, :M, :ORG, 40, 'site', :NIL, repeat('a', 64), repeat('b', 64), NULL, :OFFICER, 1, 'payment', 5000000, 2, 'epoch'
  FROM unnest(ARRAY[:PAY, :PAY2]) i;
INSERT INTO signature (street, payment, n, project, point, hash, requester, ambassador, signed_at)
  SELECT :S, i::uuid, n, :P, 'site', repeat('b', 64), :OFFICER, a::uuid, 'epoch'
    FROM (VALUES (:PAY, 1, :A1), (:PAY, 2, :A2), (:PAY2, 1, :A1)) t(i, n, a);
INSERT INTO payable VALUES (:S, :PAY, :P, :M, 2, :OFFICER, :A2, 'epoch');
INSERT INTO lot SELECT :S, i::uuid, :P, :CLAIM, :GIVER, 'company', '330102', 100, :NIL, NULL, 'epoch', :OFFICER, 'epoch' FROM unnest(ARRAY[:LOT, :LOT2]) i;
INSERT INTO lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, received, spent, held, returned, moved_at, moved_by, recorded_at)
  SELECT :S, i::uuid, 1, 'receive', 100, i::uuid, :GIVER, :X, :P, :GIVER, 100, 0, 100, 0, 'epoch', :OFFICER, 'epoch' FROM unnest(ARRAY[:LOT, :LOT2]) i;
INSERT INTO lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, payment, b_received, b_spent, b_held, b_returned,
                      received, spent, held, returned, moved_at, moved_by, recorded_at)
  VALUES (:S, :LOT, 2, 'spend', 40, :ORG, :LOT, :PAY, :P, :GIVER, :PAY, 100, 0, 100, 0, 100, 40, 60, 0, 'epoch', :OFFICER, 'epoch');
INSERT INTO payment_part (street, payment, k, lot, lot_n, fen, b_total, total, payment_fen, line, earmark) VALUES (:S, :PAY, 1, :LOT, 2, 40, NULL, 40, 40, :NIL, :NIL);
INSERT INTO paid VALUES (:S, :PAY, 1, 40, :OFFICER, :OTHER, 'epoch', 'epoch');
INSERT INTO gift VALUES (:S, :X, :P, NULL, :GIVER, 'company', '330102', 'hours', 2, 'h', NULL, 'epoch', :OFFICER, 'epoch');
INSERT INTO bulletin (street, id, project, n, text, received, spent, held, returned, accepted, planned, published_at, published_by)
  SELECT :S, i::uuid, :P, n, 't', 200, 40, 160, 0, 1, 2, 'epoch', :OFFICER FROM unnest(ARRAY[:M, :M2]) WITH ORDINALITY t(i, n);
INSERT INTO correction (street, id, project, n, reason, was, becomes, days, opinions, made_at, made_by)
  SELECT :S, i::uuid, :P, n, 'r', 'w', 'b', 0, '{}', 'epoch', :OFFICER FROM unnest(ARRAY[:M, :M2]) WITH ORDINALITY t(i, n);
INSERT INTO completion VALUES (:S, :P, 1, 'r', 40, 'epoch', :OFFICER);
INSERT INTO ballot VALUES (:S, :P, 10, 40, true, 'epoch');
INSERT INTO rubric (street, project, n, point, ambassador, results, money, punctual, benefit, b_marks, marks, given_at)
  VALUES (:S, :P, 1, 'site', :A1, 4, 4, 4, 4, NULL, 16, 'epoch'), (:S, :P, 2, 'site', :A2, 4, 4, 4, 4, 16, 32, 'epoch');
INSERT INTO appraisal VALUES (:S, :P, 1, 2, 32, 10, 40, true, 80, 'good', 'epoch', :OFFICER);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
-- case: gate_pk 23505
INSERT INTO gate SELECT * FROM gate;
-- case: gate_full 23505
ALTER TABLE gate DROP CONSTRAINT gate_pk;
INSERT INTO gate SELECT * FROM gate;
-- case: gate_version 23514
UPDATE gate SET version = 0;
-- case: gate_kind 23514
UPDATE gate SET kind = 'x';
-- case: gate_upto 23514
UPDATE gate SET upto = -1;
-- case: gate_need 23514
UPDATE gate SET need = 1;
-- case: books_pk 23505
INSERT INTO books SELECT * FROM books;
-- case: books_organiser 23505
ALTER TABLE books DROP CONSTRAINT books_pk CASCADE;
INSERT INTO books SELECT * FROM books;
-- case: books_street 23514
UPDATE books SET street = 1;
-- case: books_state 23514
UPDATE books SET state = 'lost';
-- case: promise_pk 23505
INSERT INTO promise SELECT * FROM promise;
-- case: promise_of 23505
ALTER TABLE promise DROP CONSTRAINT promise_pk;
INSERT INTO promise SELECT * FROM promise;
-- case: promise_street 23514
UPDATE promise SET street = 1;
-- case: promise_source 23514
UPDATE promise SET source_kind = 'x';
-- case: promise_kind 23514
UPDATE promise SET kind = 'x';
-- case: promise_amount 23514
UPDATE promise SET amount = 0;
-- case: promise_books 23503
INSERT INTO promise SELECT street, :X, :X, sponsor, source_kind, kind, amount, unit FROM promise;
-- case: ambassador_pk 23505
INSERT INTO ambassador SELECT * FROM ambassador;
-- case: ambassador_street 23514
UPDATE ambassador SET street = 1;
-- case: ambassador_kind 23514
UPDATE ambassador SET kind = 'x';
-- case: draw_pk 23505
INSERT INTO draw SELECT * FROM draw;
-- case: draw_street 23514
UPDATE draw SET street = 1;
-- case: draw_seed 23514
UPDATE draw SET seed = '', commitment = encode(sha256(''), 'hex');
-- case: draw_wanted 23514
UPDATE draw SET wanted = 1;
-- case: draw_pool 23514
UPDATE draw SET wanted = 3;
-- case: draw_books 23503
INSERT INTO draw SELECT street, :X, seed, wanted, pool, drawn_at, drawn_by, commitment FROM draw;
-- case: draw_reveals 23514
UPDATE draw SET commitment = NULL;
-- case: draw_committed 23503
UPDATE draw SET seed = 'another seed', commitment = encode(sha256('another seed'), 'hex');
-- case: draw_commitment_pk 23505
INSERT INTO draw_commitment SELECT * FROM draw_commitment;
-- case: draw_commitment_said 23505
ALTER TABLE draw_commitment DROP CONSTRAINT draw_commitment_pk;
INSERT INTO draw_commitment SELECT * FROM draw_commitment;
-- case: draw_commitment_street 23514
UPDATE draw_commitment SET street = 1;
-- case: draw_commitment_hash 23514
UPDATE draw_commitment SET commitment = 'x';
-- case: draw_commitment_books 23503
INSERT INTO draw_commitment SELECT street, :X, commitment, committed_at, committed_by FROM draw_commitment;
-- case: recused_pk 23505
INSERT INTO recused SELECT * FROM recused;
-- case: recused_street 23514
UPDATE recused SET street = 1;
-- case: recused_reason 23514
UPDATE recused SET reason = 'x';
-- case: assignment_recused 23514
INSERT INTO assignment VALUES (:S, :P, 'site', :X, 3);
-- case: milestone_sign_recused 23514
INSERT INTO milestone_signature (street, milestone, n, project, point, ambassador, signed_at) VALUES (:S, :M2, 2, :P, 'site', :X, 'epoch');
-- case: signature_recused 23514
INSERT INTO signature (street, payment, n, project, point, hash, requester, ambassador, signed_at) VALUES (:S, :PAY2, 2, :P, 'site', repeat('b', 64), :OFFICER, :X, 'epoch');
-- case: rubric_recused 23514
INSERT INTO rubric (street, project, n, point, ambassador, results, money, punctual, benefit, b_marks, marks, given_at) VALUES (:S, :P, 3, 'site', :X, 4, 4, 4, 4, 32, 48, 'epoch');
-- case: assignment_pk 23505
INSERT INTO assignment SELECT * FROM assignment;
-- case: assignment_place 23505
INSERT INTO assignment SELECT street, project, point, :OTHER, n FROM assignment;
-- case: assignment_street 23514
UPDATE assignment SET street = 1;
-- case: assignment_point 23514
UPDATE assignment SET point = 'x';
-- case: assignment_n 23514
UPDATE assignment SET n = 0;
-- case: assignment_draw 23503
INSERT INTO assignment SELECT street, :X, point, ambassador, n FROM assignment;
-- case: milestone_pk 23505
UPDATE milestone SET id = :M;
-- case: milestone_number 23505
UPDATE milestone SET n = 1;
-- case: milestone_point_of 23505
ALTER TABLE milestone DROP CONSTRAINT milestone_pk CASCADE;
UPDATE milestone SET id = :M;
-- case: milestone_need_of 23505
ALTER TABLE milestone DROP CONSTRAINT milestone_pk CASCADE, DROP CONSTRAINT milestone_point_of CASCADE;
UPDATE milestone SET id = :M;
-- case: milestone_street 23514
UPDATE milestone SET street = 1;
-- case: milestone_n 23514
UPDATE milestone SET n = 101;
-- case: milestone_point 23514
UPDATE milestone SET point = 'x';
-- case: milestone_gate_kind 23514
UPDATE milestone SET gate_kind = 'payment';
-- case: milestone_chain 23503
UPDATE milestone SET n = 4 WHERE id = :M2;
-- case: milestone_gate 23503
UPDATE milestone SET gate_upto = 1 WHERE id = :M2;
-- case: milestone_books 23503
INSERT INTO milestone (street, id, project, n, title, point, gate_version, gate_kind, gate_upto, need, planned_at, planned_by)
  VALUES (:S, :X, :X, 1, 't', 'site', 1, 'milestone', 0, 2, 'epoch', :OFFICER);
-- case: milestone_sign_pk 23505
UPDATE milestone_signature SET n = 1;
-- case: milestone_sign_once 23505
UPDATE milestone_signature SET ambassador = :A1;
-- case: milestone_sign_street 23514
UPDATE milestone_signature SET street = 1;
-- case: milestone_sign_n 23514
UPDATE milestone_signature SET n = 0;
-- case: milestone_sign_chain 23503
UPDATE milestone_signature SET n = 2 WHERE milestone = :M2;
-- case: milestone_sign_of 23503
UPDATE milestone_signature SET point = 'funds' WHERE milestone = :M2;
-- case: milestone_sign_who 23503
UPDATE milestone_signature SET ambassador = :X WHERE milestone = :M2;
-- case: acceptance_pk 23505
INSERT INTO acceptance (street, project, k, milestone, need, accepted_at) VALUES (:S, :P, 1, :M2, 2, 'epoch');
-- case: acceptance_once 23505
INSERT INTO acceptance (street, project, k, milestone, need, accepted_at) VALUES (:S, :P, 2, :M, 2, 'epoch');
-- case: acceptance_street 23514
UPDATE acceptance SET street = 1;
-- case: acceptance_k 23514
UPDATE acceptance SET k = 0;
-- case: acceptance_chain 23503
INSERT INTO acceptance (street, project, k, milestone, need, accepted_at) VALUES (:S, :P, 3, :M2, 2, 'epoch');
-- case: acceptance_of 23503
UPDATE acceptance SET need = 1;
-- case: acceptance_signed 23503
INSERT INTO acceptance (street, project, k, milestone, need, accepted_at) VALUES (:S, :P, 2, :M2, 2, 'epoch');
-- case: payment_pk 23505
UPDATE payment SET id = :PAY;
-- case: payment_signed_of 23505
ALTER TABLE payment DROP CONSTRAINT payment_pk;
UPDATE payment SET id = :PAY;
-- case: payment_need_of 23505
ALTER TABLE payment DROP CONSTRAINT payment_pk, DROP CONSTRAINT payment_signed_of CASCADE;
UPDATE payment SET id = :PAY;
-- case: payment_work_of 23505
ALTER TABLE payment DROP CONSTRAINT payment_pk, DROP CONSTRAINT payment_signed_of CASCADE, DROP CONSTRAINT payment_need_of CASCADE;
UPDATE payment SET id = :PAY;
-- case: payment_payee_of 23505
ALTER TABLE payment DROP CONSTRAINT payment_pk, DROP CONSTRAINT payment_signed_of CASCADE, DROP CONSTRAINT payment_need_of CASCADE,
  DROP CONSTRAINT payment_work_of CASCADE;
UPDATE payment SET id = :PAY;
-- case: payment_fen_of 23505
ALTER TABLE payment DROP CONSTRAINT payment_pk, DROP CONSTRAINT payment_signed_of CASCADE, DROP CONSTRAINT payment_need_of CASCADE,
  DROP CONSTRAINT payment_work_of CASCADE, DROP CONSTRAINT payment_payee_of CASCADE;
UPDATE payment SET id = :PAY;
-- case: payment_line_of 23505
ALTER TABLE payment DROP CONSTRAINT payment_pk, DROP CONSTRAINT payment_signed_of CASCADE, DROP CONSTRAINT payment_need_of CASCADE,
  DROP CONSTRAINT payment_work_of CASCADE, DROP CONSTRAINT payment_payee_of CASCADE, DROP CONSTRAINT payment_fen_of CASCADE;
UPDATE payment SET id = :PAY;
-- case: payment_street 23514
UPDATE payment SET street = 1;
-- case: payment_fen 23514
UPDATE payment SET fen = 0;
-- case: payment_point 23514
UPDATE payment SET point = 'x';
-- case: payment_voucher 23514
UPDATE payment SET voucher = 'x';
-- case: payment_hash 23514
UPDATE payment SET hash = 'x';
-- case: payment_gate_kind 23514
UPDATE payment SET gate_kind = 'milestone';
-- case: payment_band 23514
UPDATE payment SET fen = 5000001;
-- case: payment_gate 23503
INSERT INTO payment SELECT street, :X, project, milestone, payee, fen, point, line, voucher, hash, what, requester, 1, 'payment', 41, 2, 'epoch' FROM payment WHERE id = :PAY;
-- case: payment_milestone 23503
INSERT INTO payment SELECT street, :X, project, :X, payee, fen, point, line, voucher, hash, what, requester, 1, 'payment', 5000000, 2, 'epoch' FROM payment WHERE id = :PAY;
-- case: payment_books 23503
ALTER TABLE payment DROP CONSTRAINT payment_milestone;
INSERT INTO payment SELECT street, :X, :X, milestone, payee, fen, point, line, voucher, hash, what, requester, 1, 'payment', 5000000, 2, 'epoch' FROM payment WHERE id = :PAY;
-- case: signature_pk 23505
UPDATE signature SET n = 1;
-- case: signature_once 23505
UPDATE signature SET ambassador = :A1;
-- case: signature_street 23514
UPDATE signature SET street = 1;
-- case: signature_n 23514
UPDATE signature SET n = 0;
-- case: signature_other 23514
UPDATE signature SET ambassador = requester;
-- case: signature_chain 23503
UPDATE signature SET n = 2 WHERE payment = :PAY2;
-- case: signature_of 23503
UPDATE signature SET hash = repeat('c', 64) WHERE payment = :PAY2;
-- case: signature_who 23503
UPDATE signature SET ambassador = :X WHERE payment = :PAY2;
-- case: payable_pk 23505
INSERT INTO payable SELECT * FROM payable;
-- case: payable_project 23505
ALTER TABLE payable DROP CONSTRAINT payable_pk CASCADE;
INSERT INTO payable SELECT * FROM payable;
-- case: payable_street 23514
UPDATE payable SET street = 1;
-- case: payable_other 23514
UPDATE payable SET released_by = requester;
-- case: payable_need 23503
INSERT INTO payable VALUES (:S, :PAY2, :P, :M, 1, :OFFICER, :A2, 'epoch');
-- case: payable_signed 23503
INSERT INTO payable VALUES (:S, :PAY2, :P, :M, 2, :OFFICER, :A2, 'epoch');
-- case: payable_work 23503
UPDATE payable SET milestone = :M2;
-- case: payable_accepted 23503
INSERT INTO signature (street, payment, n, project, point, hash, requester, ambassador, signed_at)
  VALUES (:S, :PAY2, 2, :P, 'site', repeat('b', 64), :OFFICER, :A2, 'epoch');
UPDATE payment SET milestone = :M2 WHERE id = :PAY2;
INSERT INTO payable VALUES (:S, :PAY2, :P, :M2, 2, :OFFICER, :A2, 'epoch');
-- case: lot_id 23505
INSERT INTO lot SELECT * FROM lot;
-- case: lot_face 23505
ALTER TABLE lot DROP CONSTRAINT lot_id;
INSERT INTO lot SELECT * FROM lot;
-- case: lot_line 23505
ALTER TABLE lot DROP CONSTRAINT lot_id, DROP CONSTRAINT lot_face CASCADE;
INSERT INTO lot SELECT * FROM lot;
-- case: lot_street 23514
UPDATE lot SET street = 1;
-- case: lot_fen 23514
UPDATE lot SET fen = 0;
-- case: lot_source 23514
UPDATE lot SET source_kind = 'x';
-- case: lot_promise 23503
UPDATE lot SET source_kind = 'shop';
-- case: lot_books 23503
UPDATE lot SET organiser = '330103';
-- case: lot_pk 23505
UPDATE lot_move SET lot = :LOT, debit = :LOT WHERE n = 1;
-- case: lot_state 23505
ALTER TABLE lot_move DROP CONSTRAINT lot_pk;
UPDATE lot_move SET lot = :LOT, debit = :LOT WHERE n = 1;
-- case: lot_move_part 23505
ALTER TABLE lot_move DROP CONSTRAINT lot_pk, DROP CONSTRAINT lot_state CASCADE;
INSERT INTO lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, payment, b_received, b_spent, b_held, b_returned,
                      received, spent, held, returned, moved_at, moved_by, recorded_at)
  VALUES (:S, :LOT, 2, 'spend', 40, :ORG, :LOT, :PAY, :P, :GIVER, :PAY, 100, 0, 100, 0, 100, 40, 60, 0, 'epoch', :OFFICER, 'epoch');
-- case: lot_move_street 23514
UPDATE lot_move SET street = 1;
-- case: lot_n 23514
UPDATE lot_move SET n = 0 WHERE n = 2;
-- case: lot_kind 23514
UPDATE lot_move SET kind = 'x' WHERE n = 2;
-- case: lot_move_fen 23514
UPDATE lot_move SET fen = 0;
-- case: lot_received 23514
UPDATE lot_move SET received = -1, spent = -1, held = 0 WHERE lot = :LOT2;
-- case: lot_spent 23514
UPDATE lot_move SET spent = -1, held = 101 WHERE lot = :LOT2;
-- case: lot_held 23514
UPDATE lot_move SET held = -1, spent = 101 WHERE lot = :LOT2;
-- case: lot_returned 23514
UPDATE lot_move SET returned = -1, held = 101 WHERE lot = :LOT2;
-- case: lot_first 23514
UPDATE lot_move SET b_received = 0 WHERE lot = :LOT2;
-- case: lot_adds_up 23514
UPDATE lot_move SET held = 99 WHERE lot = :LOT2;
-- case: lot_step 23514
UPDATE lot_move SET spent = 1, held = 99 WHERE lot = :LOT2;
-- case: lot_legs 23514
UPDATE lot_move SET credit = :X WHERE lot = :LOT2;
-- case: lot_names 23514
UPDATE lot_move SET transfer = :X WHERE n = 2;
-- case: lot_chain 23503
INSERT INTO lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, b_received, b_spent, b_held, b_returned,
                      received, spent, held, returned, moved_at, moved_by, recorded_at)
  VALUES (:S, :LOT2, 2, 'return', 40, :GIVER, :LOT2, :X, :P, :GIVER, 100, 60, 40, 0, 100, 60, 0, 40, 'epoch', :OFFICER, 'epoch');
-- case: lot_of 23503
INSERT INTO lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, received, spent, held, returned, moved_at, moved_by, recorded_at)
  VALUES (:S, :X, 1, 'receive', 100, :X, :GIVER, :X, :P, :GIVER, 100, 0, 100, 0, 'epoch', :OFFICER, 'epoch');
-- case: lot_payable 23503
INSERT INTO lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, payment, b_received, b_spent, b_held, b_returned,
                      received, spent, held, returned, moved_at, moved_by, recorded_at)
  VALUES (:S, :LOT2, 2, 'spend', 40, :ORG, :LOT2, :PAY2, :P, :GIVER, :PAY2, 100, 0, 100, 0, 100, 40, 60, 0, 'epoch', :OFFICER, 'epoch');
-- case: lot_payee 23503
UPDATE lot_move SET debit = :X WHERE n = 2;
-- case: lot_spent_part 23503
INSERT INTO lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, payment, b_received, b_spent, b_held, b_returned,
                      received, spent, held, returned, moved_at, moved_by, recorded_at)
  VALUES (:S, :LOT2, 2, 'spend', 40, :ORG, :LOT2, :PAY, :P, :GIVER, :PAY, 100, 0, 100, 0, 100, 40, 60, 0, 'epoch', :OFFICER, 'epoch');
-- case: part_pk 23505
INSERT INTO payment_part (street, payment, k, lot, lot_n, fen, b_total, total, payment_fen, line, earmark) VALUES (:S, :PAY, 1, :LOT2, 2, 40, NULL, 40, 40, :NIL, :NIL);
-- case: part_total 23505
ALTER TABLE payment_part DROP CONSTRAINT part_pk;
INSERT INTO payment_part (street, payment, k, lot, lot_n, fen, b_total, total, payment_fen, line, earmark) VALUES (:S, :PAY, 1, :LOT2, 2, 40, NULL, 40, 40, :NIL, :NIL);
-- case: part_lot 23505
INSERT INTO payment_part (street, payment, k, lot, lot_n, fen, b_total, total, payment_fen, line, earmark) VALUES (:S, :PAY, 2, :LOT, 2, 40, 0, 40, 40, :NIL, :NIL);
-- case: part_street 23514
UPDATE payment_part SET street = 1;
-- case: part_k 23514
UPDATE payment_part SET k = 0, b_total = 0;
-- case: part_fen 23514
UPDATE payment_part SET fen = 0, total = 0;
-- case: part_adds_up 23514
UPDATE payment_part SET total = 39;
-- case: part_not_more 23514
UPDATE payment_part SET payment_fen = 39;
-- case: part_earmark 23514
UPDATE payment_part SET earmark = :X;
-- case: part_chain 23503
DELETE FROM paid;
UPDATE payment_part SET k = 2, b_total = 0;
-- case: part_move 23503
UPDATE payment_part SET lot_n = 1;
-- case: part_payment 23503
UPDATE payment_part SET payment_fen = 41;
-- case: part_lot_line 23503
ALTER TABLE payment_part DROP CONSTRAINT part_payment;
UPDATE payment_part SET line = :X, earmark = :X;
-- case: part_paid 23503
DELETE FROM paid;
-- case: paid_pk 23505
INSERT INTO paid SELECT * FROM paid;
-- case: paid_street 23514
UPDATE paid SET street = 1;
-- case: paid_other 23514
UPDATE paid SET paid_by = requester;
-- case: paid_fen 23503
UPDATE paid SET fen = 41;
-- case: paid_payable 23503
ALTER TABLE lot_move DROP CONSTRAINT lot_payable;
DELETE FROM payable;
-- case: paid_parts 23503
UPDATE paid SET parts = 2;
-- case: gift_pk 23505
INSERT INTO gift SELECT * FROM gift;
-- case: gift_street 23514
UPDATE gift SET street = 1;
-- case: gift_source 23514
UPDATE gift SET source_kind = 'x';
-- case: gift_kind 23514
UPDATE gift SET kind = 'money';
-- case: gift_amount 23514
UPDATE gift SET amount = 0;
-- case: gift_promise 23503
UPDATE gift SET claim = :X;
-- case: gift_books 23503
UPDATE gift SET organiser = '330103';
-- case: bulletin_pk 23505
UPDATE bulletin SET id = :M;
-- case: bulletin_number 23505
UPDATE bulletin SET n = 1;
-- case: bulletin_street 23514
UPDATE bulletin SET street = 1;
-- case: bulletin_n 23514
UPDATE bulletin SET n = 0;
-- case: bulletin_adds_up 23514
UPDATE bulletin SET held = 161;
-- case: bulletin_works 23514
UPDATE bulletin SET accepted = 3;
-- case: bulletin_chain 23503
UPDATE bulletin SET n = 4 WHERE n = 2;
-- case: bulletin_books 23503
UPDATE bulletin SET project = :X, n = 1 WHERE n = 2;
-- case: correction_pk 23505
UPDATE correction SET id = :M;
-- case: correction_number 23505
UPDATE correction SET n = 1;
-- case: correction_street 23514
UPDATE correction SET street = 1;
-- case: correction_n 23514
UPDATE correction SET n = 0;
-- case: correction_reason 23514
UPDATE correction SET reason = '';
-- case: correction_differs 23514
UPDATE correction SET becomes = was;
-- case: correction_chain 23503
UPDATE correction SET n = 4 WHERE n = 2;
-- case: correction_books 23503
UPDATE correction SET project = :X, n = 1 WHERE n = 2;
-- case: completion_pk 23505
INSERT INTO completion SELECT * FROM completion;
-- case: completion_street 23514
UPDATE completion SET street = 1;
-- case: completion_spent 23514
UPDATE completion SET spent = -1;
-- case: completion_planned 23503
UPDATE completion SET milestones = 3;
-- case: completion_accepted 23503
UPDATE completion SET milestones = 2;
-- case: completion_books 23503
ALTER TABLE completion DROP CONSTRAINT completion_planned, DROP CONSTRAINT completion_accepted;
INSERT INTO completion VALUES (:S, :X, 1, 'r', 40, 'epoch', :OFFICER);
-- case: ballot_pk 23505
INSERT INTO ballot SELECT * FROM ballot;
-- case: ballot_said 23505
ALTER TABLE ballot DROP CONSTRAINT ballot_pk;
INSERT INTO ballot SELECT * FROM ballot;
-- case: ballot_street 23514
UPDATE ballot SET street = 1;
-- case: ballot_ballots 23514
UPDATE ballot SET ballots = -1, score_sum = -3;
-- case: ballot_sum 23514
UPDATE ballot SET score_sum = 51;
-- case: rubric_pk 23505
UPDATE rubric SET n = 1, b_marks = NULL, marks = 16;
-- case: rubric_once 23505
UPDATE rubric SET ambassador = :A1;
-- case: rubric_marks_of 23505
ALTER TABLE rubric DROP CONSTRAINT rubric_pk, DROP CONSTRAINT rubric_once;
UPDATE rubric SET n = 1, b_marks = NULL, marks = 16;
-- case: rubric_street 23514
UPDATE rubric SET street = 1;
-- case: rubric_n 23514
UPDATE rubric SET n = 0, b_marks = 0, marks = 16;
-- case: rubric_point 23514
UPDATE rubric SET point = 'funds';
-- case: rubric_results 23514
UPDATE rubric SET results = 6, money = 2;
-- case: rubric_money 23514
UPDATE rubric SET money = 6, results = 2;
-- case: rubric_punctual 23514
UPDATE rubric SET punctual = 0, marks = 12 WHERE n = 1;
-- case: rubric_benefit 23514
UPDATE rubric SET benefit = 6, money = 2;
-- case: rubric_adds_up 23514
UPDATE rubric SET marks = 33 WHERE n = 2;
-- case: rubric_chain 23503
ALTER TABLE appraisal DROP CONSTRAINT appraisal_marks;
UPDATE rubric SET b_marks = 15, marks = 31 WHERE n = 2;
-- case: rubric_who 23503
UPDATE rubric SET ambassador = :X WHERE n = 2;
-- case: rubric_completed 23503
ALTER TABLE appraisal DROP CONSTRAINT appraisal_completed;
DELETE FROM completion;
-- case: appraisal_pk 23505
INSERT INTO appraisal SELECT * FROM appraisal;
-- case: appraisal_street 23514
UPDATE appraisal SET street = 1;
-- case: appraisal_formula 23514
UPDATE appraisal SET formula = 2;
-- case: appraisal_ambassadors 23514
UPDATE appraisal SET ambassadors = 1, marks = 16;
-- case: appraisal_range 23514
UPDATE appraisal SET marks = 100, enough = false, score = 250, result = 'excellent';
-- case: appraisal_score 23514
UPDATE appraisal SET score = 81;
-- case: appraisal_result 23514
UPDATE appraisal SET result = 'excellent';
-- case: appraisal_marks 23503
UPDATE appraisal SET ambassadors = 4, marks = 64;
-- case: appraisal_ballot 23503
UPDATE appraisal SET ballots = 20, score_sum = 80;
-- case: appraisal_completed 23503
ALTER TABLE appraisal DROP CONSTRAINT appraisal_marks, DROP CONSTRAINT appraisal_ballot;
INSERT INTO appraisal SELECT street, :X, formula, ambassadors, marks, ballots, score_sum, enough, score, result, closed_at, closed_by FROM appraisal;
