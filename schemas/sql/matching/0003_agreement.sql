-- Who gives what to a project and who carries it out. Held by constraints: signature n exists only after n - 1, each of a
-- party and once, and the seal only when there are as many as parties.
CREATE TABLE matching.agreement (
  street int NOT NULL CONSTRAINT agreement_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  project uuid NOT NULL,
  organisation uuid NOT NULL,
  fair uuid NOT NULL,
  organiser text NOT NULL,
  due_on date,
  parties int NOT NULL CONSTRAINT agreement_two CHECK (parties >= 2),
  state text NOT NULL CONSTRAINT agreement_state CHECK (state IN ('draft', 'signed', 'replaced')),
  drafted_by uuid NOT NULL,
  drafted_at timestamptz NOT NULL,
  signed_at timestamptz,
  replaced_by uuid,
  CONSTRAINT agreement_pk PRIMARY KEY (street, id),
  CONSTRAINT agreement_of UNIQUE (street, id, project),
  CONSTRAINT agreement_parties UNIQUE (street, id, parties),
  CONSTRAINT agreement_project FOREIGN KEY (street, project) REFERENCES matching.project (street, id),
  CONSTRAINT agreement_organisation FOREIGN KEY (organisation) REFERENCES matching.organisation (id),
  CONSTRAINT agreement_fair FOREIGN KEY (street, fair) REFERENCES matching.fair (street, id),
  CONSTRAINT agreement_signed CHECK ((state = 'signed') = (signed_at IS NOT NULL)),
  CONSTRAINT agreement_replaced CHECK ((state = 'replaced') = (replaced_by IS NOT NULL))
);
SELECT xq.distribute('matching.agreement', 'matching.stream_head');
CREATE UNIQUE INDEX agreement_once ON matching.agreement (street, project) WHERE state <> 'replaced';
GRANT SELECT, INSERT, UPDATE (state, signed_at, replaced_by) ON matching.agreement TO xq_matching;

CREATE TABLE matching.agreement_claim (
  street int NOT NULL CONSTRAINT agreement_claim_street CHECK (street BETWEEN 100000000 AND 999999999),
  agreement uuid NOT NULL,
  claim uuid NOT NULL,
  project uuid NOT NULL,
  live boolean NOT NULL,
  CONSTRAINT agreement_claim_pk PRIMARY KEY (street, agreement, claim),
  CONSTRAINT agreement_claim_of FOREIGN KEY (street, agreement, project) REFERENCES matching.agreement (street, id, project),
  CONSTRAINT agreement_claim_claim FOREIGN KEY (street, claim, project) REFERENCES matching.claim (street, id, project)
);
SELECT xq.distribute('matching.agreement_claim', 'matching.stream_head');
CREATE UNIQUE INDEX agreement_claim_once ON matching.agreement_claim (street, claim) WHERE live;
GRANT SELECT, INSERT, UPDATE (live) ON matching.agreement_claim TO xq_matching;

-- The street's party is the agreement's own id.
CREATE TABLE matching.agreement_party (
  street int NOT NULL CONSTRAINT agreement_party_street CHECK (street BETWEEN 100000000 AND 999999999),
  agreement uuid NOT NULL,
  party uuid NOT NULL,
  kind text NOT NULL CONSTRAINT agreement_party_kind CHECK (kind IN ('street', 'organisation', 'sponsor')),
  CONSTRAINT agreement_party_pk PRIMARY KEY (street, agreement, party),
  CONSTRAINT agreement_party_of FOREIGN KEY (street, agreement) REFERENCES matching.agreement (street, id)
);
SELECT xq.distribute('matching.agreement_party', 'matching.stream_head');
GRANT SELECT, INSERT ON matching.agreement_party TO xq_matching;

CREATE TABLE matching.agreement_signature (
  street int NOT NULL CONSTRAINT agreement_sign_street CHECK (street BETWEEN 100000000 AND 999999999),
  agreement uuid NOT NULL,
  n int NOT NULL CONSTRAINT agreement_sign_n CHECK (n >= 1),
  prev int GENERATED ALWAYS AS (NULLIF(n - 1, 0)) STORED,
  party uuid NOT NULL,
  person uuid NOT NULL,
  signed_at timestamptz NOT NULL,
  CONSTRAINT agreement_sign_pk PRIMARY KEY (street, agreement, n),
  CONSTRAINT agreement_sign_once UNIQUE (street, agreement, party),
  CONSTRAINT agreement_sign_party FOREIGN KEY (street, agreement, party) REFERENCES matching.agreement_party (street, agreement, party),
  CONSTRAINT agreement_sign_chain FOREIGN KEY (street, agreement, prev) REFERENCES matching.agreement_signature (street, agreement, n)
);
SELECT xq.distribute('matching.agreement_signature', 'matching.stream_head');
GRANT SELECT, INSERT ON matching.agreement_signature TO xq_matching;

CREATE TABLE matching.agreement_seal (
  street int NOT NULL CONSTRAINT agreement_seal_street CHECK (street BETWEEN 100000000 AND 999999999),
  agreement uuid NOT NULL,
  parties int NOT NULL,
  sealed_at timestamptz NOT NULL,
  CONSTRAINT agreement_seal_pk PRIMARY KEY (street, agreement),
  CONSTRAINT agreement_seal_of FOREIGN KEY (street, agreement, parties) REFERENCES matching.agreement (street, id, parties),
  CONSTRAINT agreement_seal_all FOREIGN KEY (street, agreement, parties) REFERENCES matching.agreement_signature (street, agreement, n)
);
SELECT xq.distribute('matching.agreement_seal', 'matching.stream_head');
GRANT SELECT, INSERT ON matching.agreement_seal TO xq_matching;
