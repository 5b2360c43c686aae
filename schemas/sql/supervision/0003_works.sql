-- Bulletins, corrections, completion and the judgement of what was reached. Numbered per project by chains; nothing is updated.
CREATE TABLE supervision.bulletin (
  street int NOT NULL CONSTRAINT bulletin_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  project uuid NOT NULL,
  n int NOT NULL CONSTRAINT bulletin_n CHECK (n >= 1),
  prev int GENERATED ALWAYS AS (NULLIF(n - 1, 0)) STORED,
  text text NOT NULL,
  received bigint NOT NULL,
  spent bigint NOT NULL,
  held bigint NOT NULL,
  returned bigint NOT NULL,
  accepted int NOT NULL,
  planned int NOT NULL,
  published_at timestamptz NOT NULL,
  published_by uuid NOT NULL,
  CONSTRAINT bulletin_pk PRIMARY KEY (street, id),
  CONSTRAINT bulletin_number UNIQUE (street, project, n),
  CONSTRAINT bulletin_adds_up CHECK (received = spent + held + returned AND least(spent, held, returned) >= 0),
  CONSTRAINT bulletin_works CHECK (accepted BETWEEN 0 AND planned),
  CONSTRAINT bulletin_chain FOREIGN KEY (street, project, prev) REFERENCES supervision.bulletin (street, project, n),
  CONSTRAINT bulletin_books FOREIGN KEY (street, project) REFERENCES supervision.books (street, project)
);
SELECT xq.distribute('supervision.bulletin', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.bulletin TO xq_supervision;

CREATE TABLE supervision.correction (
  street int NOT NULL CONSTRAINT correction_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  project uuid NOT NULL,
  n int NOT NULL CONSTRAINT correction_n CHECK (n >= 1),
  prev int GENERATED ALWAYS AS (NULLIF(n - 1, 0)) STORED,
  reason text NOT NULL CONSTRAINT correction_reason CHECK (reason <> ''),
  was text NOT NULL,
  becomes text NOT NULL CONSTRAINT correction_differs CHECK (becomes <> was),
  days int NOT NULL,
  opinions uuid[] NOT NULL,
  made_at timestamptz NOT NULL,
  made_by uuid NOT NULL,
  CONSTRAINT correction_pk PRIMARY KEY (street, id),
  CONSTRAINT correction_number UNIQUE (street, project, n),
  CONSTRAINT correction_chain FOREIGN KEY (street, project, prev) REFERENCES supervision.correction (street, project, n),
  CONSTRAINT correction_books FOREIGN KEY (street, project) REFERENCES supervision.books (street, project)
);
SELECT xq.distribute('supervision.correction', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.correction TO xq_supervision;

-- milestones: as many were planned (the last one's number) and as many are accepted.
CREATE TABLE supervision.completion (
  street int NOT NULL CONSTRAINT completion_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  milestones int NOT NULL,
  report text NOT NULL,
  spent bigint NOT NULL CONSTRAINT completion_spent CHECK (spent >= 0),
  completed_at timestamptz NOT NULL,
  completed_by uuid NOT NULL,
  CONSTRAINT completion_pk PRIMARY KEY (street, project),
  CONSTRAINT completion_planned FOREIGN KEY (street, project, milestones) REFERENCES supervision.milestone (street, project, n),
  CONSTRAINT completion_accepted FOREIGN KEY (street, project, milestones) REFERENCES supervision.acceptance (street, project, k),
  CONSTRAINT completion_books FOREIGN KEY (street, project) REFERENCES supervision.books (street, project)
);
SELECT xq.distribute('supervision.completion', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.completion TO xq_supervision;

-- What voting's ballot.closed said.
CREATE TABLE supervision.ballot (
  street int NOT NULL CONSTRAINT ballot_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  ballots bigint NOT NULL CONSTRAINT ballot_ballots CHECK (ballots >= 0),
  score_sum bigint NOT NULL CONSTRAINT ballot_sum CHECK (score_sum BETWEEN ballots AND 5 * ballots),
  enough boolean NOT NULL,
  closed_at timestamptz NOT NULL,
  CONSTRAINT ballot_pk PRIMARY KEY (street, project),
  CONSTRAINT ballot_said UNIQUE (street, project, ballots, score_sum, enough)
);
SELECT xq.distribute('supervision.ballot', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.ballot TO xq_supervision;

-- An ambassador's rubric; n counts them and marks adds them up, so that the closing row cannot leave one out.
CREATE TABLE supervision.rubric (
  street int NOT NULL CONSTRAINT rubric_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  n int NOT NULL CONSTRAINT rubric_n CHECK (n >= 1),
  prev int GENERATED ALWAYS AS (NULLIF(n - 1, 0)) STORED,
  point text COLLATE "C" NOT NULL CONSTRAINT rubric_point CHECK (point = 'site'),
  ambassador uuid NOT NULL,
  results int NOT NULL CONSTRAINT rubric_results CHECK (results BETWEEN 1 AND 5),
  money int NOT NULL CONSTRAINT rubric_money CHECK (money BETWEEN 1 AND 5),
  punctual int NOT NULL CONSTRAINT rubric_punctual CHECK (punctual BETWEEN 1 AND 5),
  benefit int NOT NULL CONSTRAINT rubric_benefit CHECK (benefit BETWEEN 1 AND 5),
  b_marks int,
  marks int NOT NULL,
  note text,
  given_at timestamptz NOT NULL,
  CONSTRAINT rubric_pk PRIMARY KEY (street, project, n),
  CONSTRAINT rubric_once UNIQUE (street, project, ambassador),
  CONSTRAINT rubric_marks_of UNIQUE (street, project, n, marks),
  CONSTRAINT rubric_adds_up CHECK (marks = coalesce(b_marks, 0) + results + money + punctual + benefit AND (n = 1) = (b_marks IS NULL)),
  CONSTRAINT rubric_chain FOREIGN KEY (street, project, prev, b_marks) REFERENCES supervision.rubric (street, project, n, marks),
  CONSTRAINT rubric_who FOREIGN KEY (street, project, point, ambassador)
    REFERENCES supervision.assignment (street, project, point, ambassador),
  CONSTRAINT rubric_completed FOREIGN KEY (street, project) REFERENCES supervision.completion (street, project)
);
SELECT xq.distribute('supervision.rubric', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.rubric TO xq_supervision;

-- formula 1: half the ambassadors' marks (20 each at most), half the residents' ballots (5 each at most), both out of 100, rounded
-- half up; only the ambassadors' where too few residents answered.
CREATE TABLE supervision.appraisal (
  street int NOT NULL CONSTRAINT appraisal_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  formula int NOT NULL CONSTRAINT appraisal_formula CHECK (formula = 1),
  ambassadors int NOT NULL CONSTRAINT appraisal_ambassadors CHECK (ambassadors >= 2),
  marks int NOT NULL,
  ballots bigint NOT NULL,
  score_sum bigint NOT NULL,
  enough boolean NOT NULL,
  score int NOT NULL CONSTRAINT appraisal_range CHECK (score BETWEEN 0 AND 100),
  result text NOT NULL,
  closed_at timestamptz NOT NULL,
  closed_by uuid NOT NULL,
  CONSTRAINT appraisal_pk PRIMARY KEY (street, project),
  CONSTRAINT appraisal_score CHECK (score = CASE WHEN enough AND ballots > 0
    THEN (2 * (5 * marks::bigint * ballots + 20 * score_sum * ambassadors) + 2 * ambassadors * ballots) / (4 * ambassadors * ballots)
    ELSE (10 * marks + ambassadors) / (2 * ambassadors) END),
  CONSTRAINT appraisal_result CHECK (result = CASE WHEN score >= 90 THEN 'excellent' WHEN score >= 75 THEN 'good'
    WHEN score >= 60 THEN 'passed' ELSE 'failed' END),
  CONSTRAINT appraisal_completed FOREIGN KEY (street, project) REFERENCES supervision.completion (street, project),
  CONSTRAINT appraisal_marks FOREIGN KEY (street, project, ambassadors, marks) REFERENCES supervision.rubric (street, project, n, marks),
  CONSTRAINT appraisal_ballot FOREIGN KEY (street, project, ballots, score_sum, enough)
    REFERENCES supervision.ballot (street, project, ballots, score_sum, enough)
);
SELECT xq.distribute('supervision.appraisal', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.appraisal TO xq_supervision;
