-- A project's books, opened by its signed agreement; who watches over it; how many must sign.

-- How many ambassadors must sign: for a milestone (upto 0), for a payment by its amount. A change is a new version; nothing is updated.
CREATE TABLE supervision.gate (
  version int NOT NULL CONSTRAINT gate_version CHECK (version >= 1),
  kind text COLLATE "C" NOT NULL CONSTRAINT gate_kind CHECK (kind IN ('milestone', 'payment')),
  upto bigint NOT NULL CONSTRAINT gate_upto CHECK (upto >= 0),
  need int NOT NULL CONSTRAINT gate_need CHECK (need BETWEEN 2 AND 15),
  valid_from timestamptz NOT NULL,
  CONSTRAINT gate_pk PRIMARY KEY (version, kind, upto),
  CONSTRAINT gate_full UNIQUE (version, kind, upto, need)
);
SELECT xq.reference('supervision.gate');
INSERT INTO supervision.gate (version, kind, upto, need, valid_from) VALUES
  (1, 'milestone', 0, 2, '1970-01-01T00:00:00Z'),
  (1, 'payment', 5000000, 2, '1970-01-01T00:00:00Z'),
  (1, 'payment', 100000000000000, 3, '1970-01-01T00:00:00Z');
GRANT SELECT ON supervision.gate TO xq_supervision;

-- The row that every change of a project locks first.
CREATE TABLE supervision.books (
  street int NOT NULL CONSTRAINT books_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  agreement uuid NOT NULL,
  organisation uuid NOT NULL,
  organiser text COLLATE "C" NOT NULL,
  fair uuid NOT NULL,
  state text NOT NULL CONSTRAINT books_state CHECK (state IN ('running', 'completed', 'appraised')),
  opened_at timestamptz NOT NULL,
  CONSTRAINT books_pk PRIMARY KEY (street, project),
  CONSTRAINT books_organiser UNIQUE (street, project, organiser)
);
SELECT xq.distribute('supervision.books', 'supervision.stream_head');
GRANT SELECT, INSERT, UPDATE (state) ON supervision.books TO xq_supervision;

-- What was promised in the agreement.
CREATE TABLE supervision.promise (
  street int NOT NULL CONSTRAINT promise_street CHECK (street BETWEEN 100000000 AND 999999999),
  claim uuid NOT NULL,
  project uuid NOT NULL,
  sponsor uuid NOT NULL,
  source_kind text NOT NULL CONSTRAINT promise_source CHECK (source_kind IN
    ('government', 'company', 'institution', 'shop', 'resident', 'organisation')),
  kind text NOT NULL CONSTRAINT promise_kind CHECK (kind IN ('money', 'hours', 'pieces', 'rooms', 'skills')),
  amount bigint NOT NULL CONSTRAINT promise_amount CHECK (amount > 0),
  unit text NOT NULL,
  CONSTRAINT promise_pk PRIMARY KEY (street, claim),
  CONSTRAINT promise_of UNIQUE (street, claim, project, sponsor, source_kind),
  CONSTRAINT promise_books FOREIGN KEY (street, project) REFERENCES supervision.books (street, project)
);
SELECT xq.distribute('supervision.promise', 'supervision.stream_head');
CREATE INDEX promise_project ON supervision.promise (street, project);
GRANT SELECT, INSERT ON supervision.promise TO xq_supervision;

-- Citizens who may be drawn; the appointment itself is the row of the same id in supervision.appointment.
CREATE TABLE supervision.ambassador (
  street int NOT NULL CONSTRAINT ambassador_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  person uuid NOT NULL,
  region text COLLATE "C" NOT NULL,
  kind text NOT NULL CONSTRAINT ambassador_kind CHECK (kind IN ('resident', 'party_delegate', 'congress_delegate', 'cppcc_member')),
  appointed_at timestamptz NOT NULL,
  appointed_by uuid NOT NULL,
  CONSTRAINT ambassador_pk PRIMARY KEY (street, id)
);
SELECT xq.distribute('supervision.ambassador', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.ambassador TO xq_supervision;

-- The lot-drawing with all that is needed to draw again: by rising sha256(seed, project, person).
CREATE TABLE supervision.draw (
  street int NOT NULL CONSTRAINT draw_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  seed text NOT NULL CONSTRAINT draw_seed CHECK (seed <> ''),
  wanted int NOT NULL CONSTRAINT draw_wanted CHECK (wanted BETWEEN 2 AND 15),
  pool uuid[] NOT NULL CONSTRAINT draw_pool CHECK (cardinality(pool) >= wanted),
  drawn_at timestamptz NOT NULL,
  drawn_by uuid NOT NULL,
  CONSTRAINT draw_pk PRIMARY KEY (street, project),
  CONSTRAINT draw_books FOREIGN KEY (street, project) REFERENCES supervision.books (street, project)
);
SELECT xq.distribute('supervision.draw', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.draw TO xq_supervision;

CREATE TABLE supervision.assignment (
  street int NOT NULL CONSTRAINT assignment_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  point text COLLATE "C" NOT NULL CONSTRAINT assignment_point CHECK (point IN ('initiation', 'funds', 'tender', 'site')),
  ambassador uuid NOT NULL,
  n int NOT NULL CONSTRAINT assignment_n CHECK (n >= 1),
  CONSTRAINT assignment_pk PRIMARY KEY (street, project, point, ambassador),
  CONSTRAINT assignment_place UNIQUE (street, project, point, n),
  CONSTRAINT assignment_draw FOREIGN KEY (street, project) REFERENCES supervision.draw (street, project)
);
SELECT xq.distribute('supervision.assignment', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.assignment TO xq_supervision;
