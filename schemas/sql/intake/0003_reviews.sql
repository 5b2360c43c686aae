-- A review meeting: its seats, what lies before it, and one verdict per seat and proposal, kept as given.
CREATE TABLE intake.review (
  street int NOT NULL CONSTRAINT review_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  round int NOT NULL,
  state text NOT NULL CONSTRAINT review_state CHECK (state IN ('open', 'closed')),
  opened_by uuid NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_by uuid,
  closed_at timestamptz,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT review_pk PRIMARY KEY (street, id),
  CONSTRAINT review_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_by IS NULL))
);
SELECT xq.distribute('intake.review', 'intake.stream_head');
GRANT SELECT, INSERT, UPDATE (state, closed_by, closed_at) ON intake.review TO xq_intake;

CREATE TABLE intake.review_seat (
  street int NOT NULL CONSTRAINT review_seat_street CHECK (street BETWEEN 100000000 AND 999999999),
  review uuid NOT NULL,
  n int NOT NULL CONSTRAINT review_seat_n CHECK (n BETWEEN 1 AND 30),
  person uuid NOT NULL,
  kind text NOT NULL CONSTRAINT review_seat_kind CHECK (kind IN ('street', 'organisation', 'expert', 'media')),
  appointment uuid NOT NULL,
  CONSTRAINT review_seat_pk PRIMARY KEY (street, review, n),
  CONSTRAINT review_seat_person UNIQUE (street, review, person),
  CONSTRAINT review_seat_review FOREIGN KEY (street, review) REFERENCES intake.review (street, id)
);
SELECT xq.distribute('intake.review_seat', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.review_seat TO xq_intake;

CREATE TABLE intake.review_item (
  street int NOT NULL CONSTRAINT review_item_street CHECK (street BETWEEN 100000000 AND 999999999),
  review uuid NOT NULL,
  proposal uuid NOT NULL,
  CONSTRAINT review_item_pk PRIMARY KEY (street, review, proposal),
  CONSTRAINT review_item_review FOREIGN KEY (street, review) REFERENCES intake.review (street, id),
  CONSTRAINT review_item_proposal FOREIGN KEY (street, proposal) REFERENCES intake.proposal (street, id)
);
SELECT xq.distribute('intake.review_item', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.review_item TO xq_intake;

CREATE TABLE intake.verdict (
  street int NOT NULL CONSTRAINT verdict_street CHECK (street BETWEEN 100000000 AND 999999999),
  review uuid NOT NULL,
  proposal uuid NOT NULL,
  seat int NOT NULL,
  people_need boolean NOT NULL,
  verdict text NOT NULL CONSTRAINT verdict_word CHECK (verdict IN ('pass', 'return', 'reject')),
  reason text NOT NULL CONSTRAINT verdict_reason CHECK (reason <> ''),
  given_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT verdict_pk PRIMARY KEY (street, review, proposal, seat),
  CONSTRAINT verdict_need CHECK (people_need OR verdict <> 'pass'),
  CONSTRAINT verdict_item FOREIGN KEY (street, review, proposal) REFERENCES intake.review_item (street, review, proposal),
  CONSTRAINT verdict_seat FOREIGN KEY (street, review, seat) REFERENCES intake.review_seat (street, review, n)
);
SELECT xq.distribute('intake.verdict', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.verdict TO xq_intake;
