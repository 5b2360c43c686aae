-- Residents' ballots on finished projects; the voter is a keyed hash of another key than that of likes.
CREATE TABLE voting.ballot (
  street int NOT NULL CONSTRAINT ballot_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  voter uuid NOT NULL,
  op uuid NOT NULL,
  score int NOT NULL CONSTRAINT ballot_score CHECK (score BETWEEN 1 AND 5),
  CONSTRAINT ballot_pk PRIMARY KEY (street, project, voter),
  CONSTRAINT ballot_project FOREIGN KEY (street, project) REFERENCES voting.project (street, id)
);
SELECT xq.distribute('voting.ballot', 'voting.stream_head');
GRANT SELECT, INSERT, UPDATE (op, score) ON voting.ballot TO xq_voting;

CREATE TABLE voting.ballot_result (
  street int NOT NULL CONSTRAINT ballot_result_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  ballots bigint NOT NULL CONSTRAINT ballot_result_ballots CHECK (ballots >= 0),
  score_sum bigint NOT NULL CONSTRAINT ballot_result_sum CHECK (score_sum BETWEEN ballots AND 5 * ballots),
  least int NOT NULL CONSTRAINT ballot_result_least CHECK (least >= 1),
  closed_at timestamptz NOT NULL,
  closed_by uuid NOT NULL,
  CONSTRAINT ballot_result_pk PRIMARY KEY (street, project),
  CONSTRAINT ballot_result_project FOREIGN KEY (street, project) REFERENCES voting.project (street, id)
);
SELECT xq.distribute('voting.ballot_result', 'voting.stream_head');
GRANT SELECT, INSERT ON voting.ballot_result TO xq_voting;
