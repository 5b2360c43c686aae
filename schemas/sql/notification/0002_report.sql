-- The public timeline: one row per event and project, by its place in its stream.
CREATE TABLE notification.timeline (
  street int NOT NULL CONSTRAINT timeline_street CHECK (street BETWEEN 100000000 AND 999999999),
  service text COLLATE "C" NOT NULL,
  stream int NOT NULL,
  seq bigint NOT NULL,
  n int NOT NULL,
  at timestamptz NOT NULL,
  type text NOT NULL,
  project uuid,
  ref uuid,
  fen bigint,
  detail text,
  CONSTRAINT timeline_pk PRIMARY KEY (street, service, stream, seq, n)
);
SELECT xq.distribute('notification.timeline', 'notification.stream_head');
GRANT SELECT, INSERT ON notification.timeline TO xq_notification;
CREATE INDEX timeline_newest ON notification.timeline (street, at DESC, service DESC, stream DESC, seq DESC, n DESC);
CREATE INDEX timeline_project ON notification.timeline (street, project, at DESC, service DESC, stream DESC, seq DESC, n DESC);

-- The fold of all events: sums, and facts by id that are joined when they are read, so that no order of streams matters.
-- report_count: opinions per channel, category, month, community; answers per whole days ('days'); their totals.
CREATE TABLE notification.report_count (
  street int NOT NULL CONSTRAINT report_count_street CHECK (street BETWEEN 100000000 AND 999999999),
  what text COLLATE "C" NOT NULL CONSTRAINT report_count_what CHECK (what IN
    ('opinion', 'answer', 'source_likes', 'channel', 'category', 'month', 'community', 'days')),
  value text COLLATE "C" NOT NULL,
  n bigint NOT NULL,
  CONSTRAINT report_count_pk PRIMARY KEY (street, what, value)
);
SELECT xq.distribute('notification.report_count', 'notification.stream_head');
GRANT SELECT, INSERT, UPDATE (n) ON notification.report_count TO xq_notification;

CREATE TABLE notification.report_campaign (
  street int NOT NULL CONSTRAINT report_campaign_street CHECK (street BETWEEN 100000000 AND 999999999),
  campaign uuid NOT NULL,
  community text COLLATE "C" NOT NULL,
  round int NOT NULL,
  sent bigint NOT NULL,
  returned bigint NOT NULL,
  CONSTRAINT report_campaign_pk PRIMARY KEY (street, campaign, community)
);
SELECT xq.distribute('notification.report_campaign', 'notification.stream_head');
GRANT SELECT, INSERT, UPDATE (sent, returned) ON notification.report_campaign TO xq_notification;

-- What each service said of a project; every column belongs to one stream, and none needs another to be there first.
CREATE TABLE notification.report_project (
  street int NOT NULL CONSTRAINT report_project_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  number text COLLATE "C",
  round int,
  title text,
  published boolean,
  verdict text CONSTRAINT report_project_verdict CHECK (verdict IN ('passed', 'returned', 'rejected')),
  rank int,
  heat bigint,
  agreed boolean,
  unclaimed text,
  completed boolean,
  score int,
  result text,
  ballots bigint,
  score_sum bigint,
  CONSTRAINT report_project_pk PRIMARY KEY (street, project)
);
SELECT xq.distribute('notification.report_project', 'notification.stream_head');
GRANT SELECT, INSERT, UPDATE (number, round, title, published, verdict, rank, heat, agreed, unclaimed, completed, score, result, ballots, score_sum) ON notification.report_project TO xq_notification;

-- Money by project, source and organiser; held is what is left, so the four always add up.
CREATE TABLE notification.report_money (
  street int NOT NULL CONSTRAINT report_money_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  source_kind text COLLATE "C" NOT NULL,
  organiser text COLLATE "C" NOT NULL,
  received bigint NOT NULL,
  spent bigint NOT NULL,
  returned bigint NOT NULL,
  CONSTRAINT report_money_pk PRIMARY KEY (street, project, source_kind, organiser)
);
SELECT xq.distribute('notification.report_money', 'notification.stream_head');
GRANT SELECT, INSERT, UPDATE (received, spent, returned) ON notification.report_money TO xq_notification;

CREATE TABLE notification.report_gift (
  street int NOT NULL CONSTRAINT report_gift_street CHECK (street BETWEEN 100000000 AND 999999999),
  source_kind text COLLATE "C" NOT NULL,
  organiser text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  unit text COLLATE "C" NOT NULL,
  amount bigint NOT NULL,
  CONSTRAINT report_gift_pk PRIMARY KEY (street, source_kind, organiser, kind, unit)
);
SELECT xq.distribute('notification.report_gift', 'notification.stream_head');
GRANT SELECT, INSERT, UPDATE (amount) ON notification.report_gift TO xq_notification;

CREATE TABLE notification.report_fair (
  street int NOT NULL CONSTRAINT report_fair_street CHECK (street BETWEEN 100000000 AND 999999999),
  fair uuid NOT NULL,
  name text,
  organiser text COLLATE "C",
  round int,
  closed boolean,
  CONSTRAINT report_fair_pk PRIMARY KEY (street, fair)
);
SELECT xq.distribute('notification.report_fair', 'notification.stream_head');
GRANT SELECT, INSERT, UPDATE (name, organiser, round, closed) ON notification.report_fair TO xq_notification;

CREATE TABLE notification.report_claim (
  street int NOT NULL CONSTRAINT report_claim_street CHECK (street BETWEEN 100000000 AND 999999999),
  claim uuid NOT NULL,
  project uuid,
  fair uuid,
  kind text,
  amount bigint,
  state text NOT NULL CONSTRAINT report_claim_state CHECK (state IN ('made', 'confirmed', 'expired')),
  CONSTRAINT report_claim_pk PRIMARY KEY (street, claim)
);
SELECT xq.distribute('notification.report_claim', 'notification.stream_head');
GRANT SELECT, INSERT, UPDATE (project, fair, kind, amount, state) ON notification.report_claim TO xq_notification;
