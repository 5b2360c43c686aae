-- Campaigns to every home: counts per community, no row per letter.
CREATE TABLE intake.campaign (
  street int NOT NULL CONSTRAINT campaign_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  round int NOT NULL,
  kind text NOT NULL CONSTRAINT campaign_kind CHECK (kind IN ('letters', 'visits', 'survey')),
  title text NOT NULL,
  opened_by uuid NOT NULL,
  opened_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT campaign_pk PRIMARY KEY (street, id)
);
SELECT xq.distribute('intake.campaign', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.campaign TO xq_intake;

-- Absolute figures of a community; op is the last operation that set them, so that a late attempt changes nothing.
CREATE TABLE intake.campaign_community (
  street int NOT NULL CONSTRAINT campaign_community_street CHECK (street BETWEEN 100000000 AND 999999999),
  campaign uuid NOT NULL,
  community text COLLATE "C" NOT NULL CONSTRAINT campaign_community_inside CHECK (starts_with(community, street::text) AND length(community) = 12),
  sent bigint NOT NULL,
  returned bigint NOT NULL,
  op uuid NOT NULL,
  counted_by uuid NOT NULL,
  counted_at timestamptz NOT NULL,
  CONSTRAINT campaign_community_pk PRIMARY KEY (street, campaign, community),
  CONSTRAINT campaign_community_campaign FOREIGN KEY (street, campaign) REFERENCES intake.campaign (street, id),
  CONSTRAINT campaign_community_counts CHECK (returned >= 0 AND sent >= returned)
);
SELECT xq.distribute('intake.campaign_community', 'intake.stream_head');
GRANT SELECT, INSERT, UPDATE (sent, returned, op, counted_by, counted_at) ON intake.campaign_community TO xq_intake;

CREATE TABLE intake.contest (
  street int NOT NULL CONSTRAINT contest_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  round int NOT NULL,
  title text NOT NULL,
  call text NOT NULL,
  entries int NOT NULL CONSTRAINT contest_entries CHECK (entries >= 0),
  opened_by uuid NOT NULL,
  opened_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT contest_pk PRIMARY KEY (street, id)
);
SELECT xq.distribute('intake.contest', 'intake.stream_head');
GRANT SELECT, INSERT, UPDATE (entries) ON intake.contest TO xq_intake;

-- The words of an entry are in words.
CREATE TABLE intake.entry (
  street int NOT NULL CONSTRAINT entry_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  contest uuid NOT NULL,
  n int NOT NULL CONSTRAINT entry_n CHECK (n >= 1),
  person uuid NOT NULL,
  submitted_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT entry_pk PRIMARY KEY (street, id),
  CONSTRAINT entry_number UNIQUE (street, contest, n),
  CONSTRAINT entry_contest FOREIGN KEY (street, contest) REFERENCES intake.contest (street, id)
);
SELECT xq.distribute('intake.entry', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.entry TO xq_intake;

-- An initial project, later a project: the id stays. The steps between states are in proposal_rules.c.
CREATE TABLE intake.proposal (
  street int NOT NULL CONSTRAINT proposal_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  number text COLLATE "C" NOT NULL,
  round int NOT NULL,
  region text COLLATE "C" NOT NULL CONSTRAINT proposal_region CHECK (starts_with(region, street::text)),
  category text NOT NULL CONSTRAINT proposal_category CHECK (category IN
    ('convenience', 'safety', 'sanitation', 'fitness', 'care', 'culture', 'environment', 'other', 'unknown')),
  title text NOT NULL,
  summary text NOT NULL,
  estimate_fen bigint NOT NULL CONSTRAINT proposal_estimate CHECK (estimate_fen >= 0),
  entry uuid,
  state text NOT NULL CONSTRAINT proposal_state CHECK (state IN
    ('draft', 'published', 'reviewable', 'frozen', 'in_review', 'passed', 'returned', 'rejected')),
  reason text,
  drafted_by uuid NOT NULL,
  drafted_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT proposal_pk PRIMARY KEY (street, id),
  CONSTRAINT proposal_number UNIQUE (street, number),
  CONSTRAINT proposal_entry FOREIGN KEY (street, entry) REFERENCES intake.entry (street, id),
  CONSTRAINT proposal_reason CHECK (state NOT IN ('returned', 'rejected') OR reason IS NOT NULL)
);
SELECT xq.distribute('intake.proposal', 'intake.stream_head');
GRANT SELECT, INSERT, UPDATE (state, reason, changed_at) ON intake.proposal TO xq_intake;

-- What it lacks.
CREATE TABLE intake.need_line (
  street int NOT NULL CONSTRAINT need_line_street CHECK (street BETWEEN 100000000 AND 999999999),
  proposal uuid NOT NULL,
  n int NOT NULL CONSTRAINT need_line_n CHECK (n BETWEEN 1 AND 20),
  id uuid NOT NULL,
  kind text NOT NULL CONSTRAINT need_line_kind CHECK (kind IN ('money', 'hours', 'pieces', 'rooms', 'skills')),
  amount bigint NOT NULL CONSTRAINT need_line_amount CHECK (amount > 0),
  unit text NOT NULL,
  what text NOT NULL,
  CONSTRAINT need_line_pk PRIMARY KEY (street, proposal, n),
  CONSTRAINT need_line_id UNIQUE (street, id),
  CONSTRAINT need_line_proposal FOREIGN KEY (street, proposal) REFERENCES intake.proposal (street, id),
  CONSTRAINT need_line_money CHECK (kind <> 'money' OR unit = 'fen')
);
SELECT xq.distribute('intake.need_line', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.need_line TO xq_intake;

-- The family tree: many opinions in one proposal, one opinion in many proposals.
CREATE TABLE intake.proposal_opinion (
  street int NOT NULL CONSTRAINT proposal_opinion_street CHECK (street BETWEEN 100000000 AND 999999999),
  proposal uuid NOT NULL,
  opinion uuid NOT NULL,
  CONSTRAINT proposal_opinion_pk PRIMARY KEY (street, proposal, opinion),
  CONSTRAINT proposal_opinion_proposal FOREIGN KEY (street, proposal) REFERENCES intake.proposal (street, id),
  CONSTRAINT proposal_opinion_opinion FOREIGN KEY (street, opinion) REFERENCES intake.opinion (street, id)
);
SELECT xq.distribute('intake.proposal_opinion', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.proposal_opinion TO xq_intake;
CREATE INDEX proposal_opinion_back ON intake.proposal_opinion (street, opinion, proposal);
