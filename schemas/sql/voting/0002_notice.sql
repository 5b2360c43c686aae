-- A notice hangs in several places; its clock runs only while it hangs in all of them. ran_us, since and due are the clock
-- as notice_rules.c computed it at the last posting or take-down.
CREATE TABLE voting.notice (
  street int NOT NULL CONSTRAINT notice_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  kind text NOT NULL CONSTRAINT notice_kind CHECK (kind IN ('first', 'second')),
  round int NOT NULL,
  days int NOT NULL CONSTRAINT notice_days CHECK (days BETWEEN 1 AND 60),
  state text NOT NULL CONSTRAINT notice_state CHECK (state IN ('open', 'closed', 'abandoned')),
  opened_at timestamptz NOT NULL,
  opened_by uuid NOT NULL,
  closed_at timestamptz,
  closed_by uuid,
  reason text,
  ran_us bigint NOT NULL CONSTRAINT notice_ran CHECK (ran_us >= 0),
  since timestamptz,
  due timestamptz,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT notice_pk PRIMARY KEY (street, id),
  CONSTRAINT notice_of_kind UNIQUE (street, id, kind),
  CONSTRAINT notice_closed CHECK ((state = 'open') = (closed_at IS NULL)),
  CONSTRAINT notice_due CHECK (due IS NULL OR since IS NOT NULL)
);
SELECT xq.distribute('voting.notice', 'voting.stream_head');
GRANT SELECT, INSERT, UPDATE (state, closed_at, closed_by, reason, ran_us, since, due) ON voting.notice TO xq_voting;

CREATE TABLE voting.notice_place (
  street int NOT NULL CONSTRAINT notice_place_street CHECK (street BETWEEN 100000000 AND 999999999),
  notice uuid NOT NULL,
  place text COLLATE "C" NOT NULL,
  CONSTRAINT notice_place_pk PRIMARY KEY (street, notice, place),
  CONSTRAINT notice_place_notice FOREIGN KEY (street, notice) REFERENCES voting.notice (street, id)
);
SELECT xq.distribute('voting.notice_place', 'voting.stream_head');
GRANT SELECT, INSERT ON voting.notice_place TO xq_voting;

-- Who posted it where and when, and who saw it gone: a place that posts again gets the next n.
CREATE TABLE voting.posting (
  street int NOT NULL CONSTRAINT posting_street CHECK (street BETWEEN 100000000 AND 999999999),
  notice uuid NOT NULL,
  place text COLLATE "C" NOT NULL,
  n int NOT NULL CONSTRAINT posting_n CHECK (n >= 1),
  live_from timestamptz NOT NULL,
  posted_by uuid NOT NULL,
  photo text,
  live_until timestamptz,
  ended_by uuid,
  reason text,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT posting_pk PRIMARY KEY (street, notice, place, n),
  CONSTRAINT posting_place FOREIGN KEY (street, notice, place) REFERENCES voting.notice_place (street, notice, place),
  CONSTRAINT posting_ended CHECK (num_nonnulls(live_until, ended_by, reason) IN (0, 3)),
  CONSTRAINT posting_forward CHECK (live_until >= live_from)
);
SELECT xq.distribute('voting.posting', 'voting.stream_head');
CREATE UNIQUE INDEX posting_live_once ON voting.posting (street, notice, place) WHERE live_until IS NULL;
GRANT SELECT, INSERT, UPDATE (live_until, ended_by, reason) ON voting.posting TO xq_voting;

CREATE TABLE voting.notice_item (
  street int NOT NULL CONSTRAINT notice_item_street CHECK (street BETWEEN 100000000 AND 999999999),
  notice uuid NOT NULL,
  project uuid NOT NULL,
  kind text NOT NULL,
  result text CONSTRAINT notice_item_result CHECK (result IN ('done', 'frozen')),
  CONSTRAINT notice_item_pk PRIMARY KEY (street, notice, project),
  CONSTRAINT notice_item_notice FOREIGN KEY (street, notice, kind) REFERENCES voting.notice (street, id, kind),
  CONSTRAINT notice_item_project FOREIGN KEY (street, project) REFERENCES voting.project (street, id)
);
SELECT xq.distribute('voting.notice_item', 'voting.stream_head');
-- A project is on one first and one second notice at most, unless the earlier one was abandoned.
CREATE UNIQUE INDEX notice_item_once ON voting.notice_item (street, project, kind) WHERE result IS DISTINCT FROM 'frozen';
GRANT SELECT, INSERT, UPDATE (result) ON voting.notice_item TO xq_voting;

-- The yearly list: what a closed second notice ranked by heat, per category.
CREATE TABLE voting.listing (
  street int NOT NULL CONSTRAINT listing_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  notice uuid NOT NULL,
  category text NOT NULL,
  rank int NOT NULL CONSTRAINT listing_rank CHECK (rank >= 1),
  heat bigint NOT NULL CONSTRAINT listing_heat CHECK (heat >= 0),
  listed_at timestamptz NOT NULL,
  CONSTRAINT listing_pk PRIMARY KEY (street, project),
  CONSTRAINT listing_once UNIQUE (street, notice, category, rank),
  CONSTRAINT listing_item FOREIGN KEY (street, notice, project) REFERENCES voting.notice_item (street, notice, project)
);
SELECT xq.distribute('voting.listing', 'voting.stream_head');
GRANT SELECT, INSERT ON voting.listing TO xq_voting;
