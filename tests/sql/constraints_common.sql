-- The constraints of the tables that every service has, each broken once. Before the first case: rows to collide with.
INSERT INTO @service@.stream_head VALUES (330102001, 1, 5);
INSERT INTO @service@.outbox VALUES (330102001, 1, 'a.b', '018f0000-0000-7000-8000-000000000001', NULL, 'epoch', '', '{}', 'epoch');
INSERT INTO @service@.idempotency VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'k', '', NULL, NULL, NULL, 'epoch');
INSERT INTO @service@.cursor VALUES (330102001, 'intake', 330102001, 1, 0);
INSERT INTO @service@.due VALUES (330102001, 'x_due', '018f0000-0000-7000-8000-000000000001', 'epoch');
INSERT INTO @service@.appointment VALUES ('018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002', 'officer', '330102', 'epoch', NULL, 'intake');
INSERT INTO @service@.region VALUES ('330102', 'x', 0, '330102', 'epoch', NULL);
INSERT INTO @service@.story_clock VALUES (1, 'epoch');
-- case: stream_head_pk 23505
INSERT INTO @service@.stream_head VALUES (330102001, 1, 6);
-- case: stream_head_street 23514
INSERT INTO @service@.stream_head VALUES (33010200, 1, 5);
-- case: stream_head_epoch 23514
INSERT INTO @service@.stream_head VALUES (330102002, -1, 5);
-- case: stream_head_seq 23514
UPDATE @service@.stream_head SET seq = -1 WHERE street = 330102001;
-- case: outbox_pk 23505
INSERT INTO @service@.outbox VALUES (330102001, 1, 'a.b', '018f0000-0000-7000-8000-000000000002', NULL, 'epoch', '', '{}', 'epoch');
-- case: outbox_street 23514
INSERT INTO @service@.outbox VALUES (1, 2, 'a.b', '018f0000-0000-7000-8000-000000000002', NULL, 'epoch', '', '{}', 'epoch');
-- case: outbox_seq 23514
INSERT INTO @service@.outbox VALUES (330102001, 0, 'a.b', '018f0000-0000-7000-8000-000000000002', NULL, 'epoch', '', '{}', 'epoch');
-- case: outbox_type 23514
INSERT INTO @service@.outbox VALUES (330102001, 2, '', '018f0000-0000-7000-8000-000000000002', NULL, 'epoch', '', '{}', 'epoch');
-- case: idempotency_pk 23505
INSERT INTO @service@.idempotency VALUES (330102001, '018f0000-0000-7000-8000-000000000001', 'k', 'x', NULL, NULL, NULL, 'epoch');
-- case: idempotency_street 23514
INSERT INTO @service@.idempotency VALUES (1, '018f0000-0000-7000-8000-000000000001', 'k', '', NULL, NULL, NULL, 'epoch');
-- case: idempotency_key 23514
INSERT INTO @service@.idempotency VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '', '', NULL, NULL, NULL, 'epoch');
-- case: idempotency_status 23514
UPDATE @service@.idempotency SET status = 409 WHERE street = 330102001;
-- case: cursor_pk 23505
INSERT INTO @service@.cursor VALUES (330102001, 'intake', 330102001, 1, 3);
-- case: cursor_street 23514
INSERT INTO @service@.cursor VALUES (1, 'intake', 330102001, 1, 0);
-- case: cursor_stream 23514
INSERT INTO @service@.cursor VALUES (330102001, 'intake', 1, 1, 0);
-- case: cursor_epoch 23514
INSERT INTO @service@.cursor VALUES (330102001, 'voting', 330102001, -1, 0);
-- case: cursor_seq 23514
UPDATE @service@.cursor SET seq = -1 WHERE street = 330102001;
-- case: due_pk 23505
INSERT INTO @service@.due VALUES (330102001, 'x_due', '018f0000-0000-7000-8000-000000000001', NULL);
-- case: due_street 23514
INSERT INTO @service@.due VALUES (1, 'x_due', '018f0000-0000-7000-8000-000000000001', NULL);
-- case: due_op 23514
INSERT INTO @service@.due VALUES (330102001, '', '018f0000-0000-7000-8000-000000000001', NULL);
-- case: appointment_pk 23505
INSERT INTO @service@.appointment VALUES ('018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002', 'clerk', '330102', 'epoch', NULL, 'intake');
-- case: appointment_role 23514
INSERT INTO @service@.appointment VALUES ('018f0000-0000-7000-8000-000000000003', '018f0000-0000-7000-8000-000000000002', '', '330102', 'epoch', NULL, 'intake');
-- case: appointment_region 23514
INSERT INTO @service@.appointment VALUES ('018f0000-0000-7000-8000-000000000003', '018f0000-0000-7000-8000-000000000002', 'clerk', '33', 'epoch', NULL, 'intake');
-- case: region_pk 23505
INSERT INTO @service@.region VALUES ('330102', 'y', 0, '330102', 'epoch', NULL);
-- case: region_code 23514
INSERT INTO @service@.region VALUES ('3301020', 'y', 0, '330102', 'epoch', NULL);
-- case: region_households 23514
INSERT INTO @service@.region VALUES ('330103', 'y', -1, '330103', 'epoch', NULL);
-- case: story_clock_pk 23505
INSERT INTO @service@.story_clock VALUES (1, 'epoch');
-- case: story_clock_one 23514
INSERT INTO @service@.story_clock VALUES (2, 'epoch');
