-- A fair stands in the street of its organiser (the district's …000) and, carried by its own events, in each of its streets.
CREATE TABLE matching.fair (
  street int NOT NULL CONSTRAINT fair_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  organiser text NOT NULL,
  name text NOT NULL,
  round int NOT NULL,
  streets text[] NOT NULL CONSTRAINT fair_streets CHECK (cardinality(streets) >= 1),
  opens_at timestamptz NOT NULL,
  closed_at timestamptz,
  CONSTRAINT fair_pk PRIMARY KEY (street, id)
);
SELECT xq.distribute('matching.fair', 'matching.stream_head');
GRANT SELECT, INSERT, UPDATE (closed_at) ON matching.fair TO xq_matching;

-- A project as intake (project.passed) and voting (project.listed) tell of it, in whichever order the two streams come.
CREATE TABLE matching.project (
  street int NOT NULL CONSTRAINT project_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  number text COLLATE "C",
  title text,
  category text,
  region text,
  round int NOT NULL,
  state text NOT NULL CONSTRAINT project_state CHECK (state IN ('passed', 'listed', 'agreed', 'unclaimed')),
  rank int,
  heat bigint,
  next text CONSTRAINT project_next CHECK (next IN ('purchase', 'allocation', 'next_round')),
  CONSTRAINT project_pk PRIMARY KEY (street, id),
  CONSTRAINT project_listed CHECK (num_nonnulls(rank, heat) = CASE WHEN state = 'passed' THEN 0 ELSE 2 END),
  CONSTRAINT project_chance CHECK ((state = 'unclaimed') = (next IS NOT NULL)),
  CONSTRAINT project_told CHECK (num_nonnulls(number, title, category, region) IN (0, 4))
);
SELECT xq.distribute('matching.project', 'matching.stream_head');
GRANT SELECT, INSERT, UPDATE (number, title, category, region, state, rank, heat, next) ON matching.project TO xq_matching;

-- A need line is never claimed over its need: `claimed` moves in the transaction of the claims, and this CHECK has the last word.
CREATE TABLE matching.line (
  street int NOT NULL CONSTRAINT line_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  project uuid NOT NULL,
  n int NOT NULL,
  kind text NOT NULL CONSTRAINT line_kind CHECK (kind IN ('money', 'hours', 'pieces', 'rooms', 'skills')),
  unit text NOT NULL,
  what text NOT NULL,
  need bigint NOT NULL CONSTRAINT line_need CHECK (need > 0),
  claimed bigint NOT NULL CONSTRAINT line_never_over CHECK (claimed BETWEEN 0 AND need),
  CONSTRAINT line_pk PRIMARY KEY (street, id),
  CONSTRAINT line_of UNIQUE (street, project, n),
  CONSTRAINT line_same UNIQUE (street, id, project),
  CONSTRAINT line_project FOREIGN KEY (street, project) REFERENCES matching.project (street, id)
) WITH (fillfactor = 50);
SELECT xq.distribute('matching.line', 'matching.stream_head');
GRANT SELECT, INSERT, UPDATE (claimed) ON matching.line TO xq_matching;

CREATE TABLE matching.claim (
  street int NOT NULL CONSTRAINT claim_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  line uuid NOT NULL,
  project uuid NOT NULL,
  fair uuid NOT NULL,
  organiser text NOT NULL,
  sponsor uuid NOT NULL,
  source_kind text NOT NULL,
  person uuid NOT NULL,
  asked bigint NOT NULL,
  amount bigint NOT NULL CONSTRAINT claim_amount CHECK (amount > 0),
  state text NOT NULL CONSTRAINT claim_state CHECK (state IN ('made', 'confirmed', 'withdrawn', 'expired')),
  made_at timestamptz NOT NULL,
  ended_at timestamptz,
  reason text,
  CONSTRAINT claim_pk PRIMARY KEY (street, id),
  CONSTRAINT claim_of UNIQUE (street, id, project),
  CONSTRAINT claim_line FOREIGN KEY (street, line, project) REFERENCES matching.line (street, id, project),
  CONSTRAINT claim_fair FOREIGN KEY (street, fair) REFERENCES matching.fair (street, id),
  CONSTRAINT claim_partial CHECK (amount <= asked),
  CONSTRAINT claim_ended CHECK (num_nonnulls(ended_at, reason) = CASE WHEN state IN ('withdrawn', 'expired') THEN 2 ELSE 0 END)
);
SELECT xq.distribute('matching.claim', 'matching.stream_head');
CREATE INDEX claim_by_project ON matching.claim (street, project);
GRANT SELECT, INSERT, UPDATE (state, ended_at, reason) ON matching.claim TO xq_matching;
