-- One person, one project, one like. The voter is a keyed hash: this table names nobody. `was` is the state before the
-- operation `op`, the greatest so far: a repeated operation gets the same answer, a late one changes nothing.
CREATE TABLE voting.likes (
  street int NOT NULL CONSTRAINT likes_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  voter uuid NOT NULL,
  op uuid NOT NULL,
  liked boolean NOT NULL,
  was boolean NOT NULL,
  CONSTRAINT likes_pk PRIMARY KEY (street, project, voter)
);
SELECT xq.distribute('voting.likes', 'voting.stream_head');
GRANT SELECT, INSERT, UPDATE (op, liked, was) ON voting.likes TO xq_voting;

-- The gate of a street: how many second notices are open. A batch of likes holds it shared until COMMIT, closing a notice
-- holds it alone: so the ranking counts every like that was acknowledged, and no like comes after it.
CREATE TABLE voting.gate (
  street int NOT NULL CONSTRAINT gate_street CHECK (street BETWEEN 100000000 AND 999999999),
  open int NOT NULL CONSTRAINT gate_open CHECK (open >= 0),
  CONSTRAINT gate_pk PRIMARY KEY (street)
);
SELECT xq.distribute('voting.gate', 'voting.stream_head');
GRANT SELECT, INSERT, UPDATE (open) ON voting.gate TO xq_voting;

-- Heat is appended, one row per group of likes, so that nobody waits on a hot project: each writer (a connection of a
-- process) numbers its own rows, and its commits are sequential, so that a cursor per writer misses none.
CREATE TABLE voting.heat_cursor (
  street int NOT NULL CONSTRAINT heat_cursor_street CHECK (street BETWEEN 100000000 AND 999999999),
  writer uuid NOT NULL,
  n bigint NOT NULL CONSTRAINT heat_cursor_n CHECK (n >= 0),
  CONSTRAINT heat_cursor_pk PRIMARY KEY (street, writer)
);
SELECT xq.distribute('voting.heat_cursor', 'voting.stream_head');
GRANT SELECT, INSERT, UPDATE (n) ON voting.heat_cursor TO xq_voting;

CREATE TABLE voting.heat_delta (
  street int NOT NULL CONSTRAINT heat_delta_street CHECK (street BETWEEN 100000000 AND 999999999),
  writer uuid NOT NULL,
  n bigint NOT NULL CONSTRAINT heat_delta_n CHECK (n >= 1),
  projects uuid[] NOT NULL,
  flips int[] NOT NULL,
  CONSTRAINT heat_delta_pk PRIMARY KEY (street, writer, n),
  CONSTRAINT heat_delta_pairs CHECK (cardinality(projects) = cardinality(flips))
);
SELECT xq.distribute('voting.heat_delta', 'voting.stream_head');
GRANT SELECT, INSERT ON voting.heat_delta TO xq_voting;

-- What the deltas add up to, folded each second. May be ahead of or behind single likes for that long.
CREATE TABLE voting.heat (
  street int NOT NULL CONSTRAINT heat_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  heat bigint NOT NULL,
  CONSTRAINT heat_pk PRIMARY KEY (street, project)
) WITH (fillfactor = 50);
SELECT xq.distribute('voting.heat', 'voting.stream_head');
GRANT SELECT, INSERT, UPDATE (heat) ON voting.heat TO xq_voting;
