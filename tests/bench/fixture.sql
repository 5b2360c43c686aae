-- What the measurements stand on, in the migrated database: 200 projects open to likes and a contest for ours, and the
-- peers' own schema. Variables: street, contest.
SET client_min_messages = warning;
INSERT INTO voting.gate (street, open) VALUES (:street, 1);
INSERT INTO voting.project (street, id, number, title, category, region, round, state, likes_from, likes_until)
SELECT :street, x.id, 'B' || lpad(x.n::text, 4, '0'), '加装扶手 ' || x.n, 'facilities', :'street', 2026, 'passed', '1970-01-01', '2999-01-01'
  FROM (SELECT n, (lpad(to_hex((1767225600000 + n)::bigint), 12, '0') || '7000' || to_hex((-9223372036854775808)::bigint | (n::bigint << 30) | :street))::uuid AS id
          FROM generate_series(1, 200) AS n) AS x;
INSERT INTO intake.contest (street, id, round, title, call, entries, opened_by, opened_at, recorded_at)
VALUES (:street, :'contest', 2026, '公开征集', '请写下您的想法', 0, :'contest', '2026-01-01', '2026-01-01');

CREATE SCHEMA bench;
CREATE TABLE bench.project (street int, id uuid, open boolean NOT NULL, PRIMARY KEY (street, id));
CREATE TABLE bench.likes (street int, project uuid, voter uuid, op uuid NOT NULL, liked boolean NOT NULL, was boolean NOT NULL,
  PRIMARY KEY (street, project, voter));
CREATE TABLE bench.heat (street int, project uuid, heat bigint NOT NULL, PRIMARY KEY (street, project)) WITH (fillfactor = 50);
CREATE TABLE bench.idempotency (street int, caller uuid, key text, hash bytea NOT NULL, status int NOT NULL, body text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (street, caller, key));
CREATE TABLE bench.contest (street int, id uuid, entries int NOT NULL, PRIMARY KEY (street, id)) WITH (fillfactor = 50);
CREATE TABLE bench.entry (street int, id uuid, contest uuid NOT NULL, n int NOT NULL, person uuid NOT NULL, title text NOT NULL, text text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (street, id), UNIQUE (street, contest, n));
INSERT INTO bench.project SELECT street, id, true FROM voting.project;
INSERT INTO bench.heat SELECT street, id, 0 FROM voting.project;
INSERT INTO bench.contest VALUES (:street, :'contest', 0);
ANALYZE;
