-- Numbers that people read: receipts per street, proposals per street and round. The row is locked by whoever numbers.
CREATE TABLE intake.counter (
  street int NOT NULL CONSTRAINT counter_street CHECK (street BETWEEN 100000000 AND 999999999),
  name text COLLATE "C" NOT NULL,
  n bigint NOT NULL CONSTRAINT counter_n CHECK (n BETWEEN 0 AND 9999999),
  CONSTRAINT counter_pk PRIMARY KEY (street, name)
);
SELECT xq.distribute('intake.counter', 'intake.stream_head');
GRANT SELECT, INSERT, UPDATE (n) ON intake.counter TO xq_intake;

-- Every change of a region, with who and when; the table `region` that all services mirror holds the present state.
CREATE TABLE intake.region_change (
  street int NOT NULL CONSTRAINT region_change_street CHECK (street BETWEEN 100000000 AND 999999999),
  code text COLLATE "C" NOT NULL,
  op uuid NOT NULL,
  name text NOT NULL,
  households int NOT NULL CONSTRAINT region_change_households CHECK (households >= 0),
  parent text COLLATE "C" NOT NULL CONSTRAINT region_change_inside CHECK (starts_with(code, parent) AND code <> parent),
  changed_by uuid NOT NULL,
  changed_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT region_change_pk PRIMARY KEY (street, code, op)
);
SELECT xq.distribute('intake.region_change', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.region_change TO xq_intake;

-- One thing that one person said. Its words are not here: see words. n is the serial of the receipt number.
CREATE TABLE intake.opinion (
  street int NOT NULL CONSTRAINT opinion_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  n bigint NOT NULL CONSTRAINT opinion_n CHECK (n BETWEEN 1 AND 9999999),
  receipt text COLLATE "C" NOT NULL,
  region text COLLATE "C" NOT NULL CONSTRAINT opinion_region CHECK (starts_with(region, street::text)),
  channel text NOT NULL CONSTRAINT opinion_channel CHECK (channel IN
    ('visit', 'letter', 'call', 'sms', 'wechat', 'weibo', 'website', 'forum', 'consultation', 'survey')),
  category text NOT NULL CONSTRAINT opinion_category CHECK (category IN
    ('convenience', 'safety', 'sanitation', 'fitness', 'care', 'culture', 'environment', 'other', 'unknown')),
  person uuid,
  entered_by uuid,
  source text COLLATE "C",
  source_id text COLLATE "C",
  source_likes bigint NOT NULL CONSTRAINT opinion_source_likes CHECK (source_likes >= 0),
  source_dislikes bigint NOT NULL CONSTRAINT opinion_source_dislikes CHECK (source_dislikes >= 0),
  received_at timestamptz NOT NULL,
  answered_at timestamptz CONSTRAINT opinion_answered CHECK (answered_at >= received_at),
  recorded_at timestamptz NOT NULL,
  CONSTRAINT opinion_pk PRIMARY KEY (street, id),
  CONSTRAINT opinion_serial UNIQUE (street, n),
  CONSTRAINT opinion_source UNIQUE (street, source, source_id),
  CONSTRAINT opinion_source_whole CHECK ((source IS NULL) = (source_id IS NULL))
);
SELECT xq.distribute('intake.opinion', 'intake.stream_head');
GRANT SELECT, INSERT, UPDATE (region, category, answered_at) ON intake.opinion TO xq_intake;
CREATE INDEX opinion_newest ON intake.opinion (street, received_at DESC, id DESC);

-- All free text that people or offices wrote: the one table that is erased from when personal data must go. masked is the
-- public view where it differs from the words; part 0 is what was said, 1… are the answers.
CREATE TABLE intake.words (
  street int NOT NULL CONSTRAINT words_street CHECK (street BETWEEN 100000000 AND 999999999),
  about uuid NOT NULL,
  part int NOT NULL CONSTRAINT words_part CHECK (part >= 0),
  author text,
  subject text NOT NULL,
  body text NOT NULL,
  masked_subject text,
  masked_body text,
  CONSTRAINT words_pk PRIMARY KEY (street, about, part)
);
SELECT xq.distribute('intake.words', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.words TO xq_intake;

-- That and when an opinion was answered; what the answer says is in words, under the same number.
CREATE TABLE intake.answer (
  street int NOT NULL CONSTRAINT answer_street CHECK (street BETWEEN 100000000 AND 999999999),
  opinion uuid NOT NULL,
  n int NOT NULL CONSTRAINT answer_n CHECK (n >= 1),
  answered_by uuid NOT NULL,
  answered_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  prev int GENERATED ALWAYS AS (NULLIF(n - 1, 0)) STORED,
  CONSTRAINT answer_pk PRIMARY KEY (street, opinion, n),
  CONSTRAINT answer_opinion FOREIGN KEY (street, opinion) REFERENCES intake.opinion (street, id),
  CONSTRAINT answer_gapless FOREIGN KEY (street, opinion, prev) REFERENCES intake.answer (street, opinion, n)
);
SELECT xq.distribute('intake.answer', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.answer TO xq_intake;

-- Who said where an opinion belongs, each time; opinion holds the last one.
CREATE TABLE intake.classification (
  street int NOT NULL CONSTRAINT classification_street CHECK (street BETWEEN 100000000 AND 999999999),
  opinion uuid NOT NULL,
  op uuid NOT NULL,
  region text COLLATE "C" NOT NULL,
  category text NOT NULL,
  old_region text COLLATE "C" NOT NULL,
  old_category text NOT NULL,
  classified_by uuid NOT NULL,
  classified_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT classification_pk PRIMARY KEY (street, opinion, op),
  CONSTRAINT classification_opinion FOREIGN KEY (street, opinion) REFERENCES intake.opinion (street, id)
);
SELECT xq.distribute('intake.classification', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.classification TO xq_intake;
