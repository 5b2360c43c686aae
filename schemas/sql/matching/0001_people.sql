-- Sponsors and organisations act in every street, so they are reference tables; so are the persons who act for them.
CREATE TABLE matching.sponsor (
  id uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CONSTRAINT sponsor_kind CHECK (kind IN ('government', 'company', 'institution', 'shop', 'resident', 'organisation')),
  code text COLLATE "C",
  region text NOT NULL,
  registered_by uuid NOT NULL,
  registered_at timestamptz NOT NULL,
  CONSTRAINT sponsor_pk PRIMARY KEY (id),
  CONSTRAINT sponsor_code UNIQUE (code),
  CONSTRAINT sponsor_code_length CHECK (length(code) = 18)
);
SELECT xq.reference('matching.sponsor');
GRANT SELECT, INSERT ON matching.sponsor TO xq_matching;

CREATE TABLE matching.sponsor_person (
  sponsor uuid NOT NULL,
  person uuid NOT NULL,
  appointment uuid NOT NULL,
  CONSTRAINT sponsor_person_pk PRIMARY KEY (sponsor, person),
  CONSTRAINT sponsor_person_sponsor FOREIGN KEY (sponsor) REFERENCES matching.sponsor (id)
);
SELECT xq.reference('matching.sponsor_person');
GRANT SELECT, INSERT ON matching.sponsor_person TO xq_matching;

CREATE TABLE matching.organisation (
  id uuid NOT NULL,
  name text NOT NULL,
  code text COLLATE "C",
  region text NOT NULL,
  registered_by uuid NOT NULL,
  registered_at timestamptz NOT NULL,
  CONSTRAINT organisation_pk PRIMARY KEY (id),
  CONSTRAINT organisation_code UNIQUE (code),
  CONSTRAINT organisation_code_length CHECK (length(code) = 18)
);
SELECT xq.reference('matching.organisation');
GRANT SELECT, INSERT ON matching.organisation TO xq_matching;

CREATE TABLE matching.organisation_person (
  organisation uuid NOT NULL,
  person uuid NOT NULL,
  appointment uuid NOT NULL,
  CONSTRAINT organisation_person_pk PRIMARY KEY (organisation, person),
  CONSTRAINT organisation_person_of FOREIGN KEY (organisation) REFERENCES matching.organisation (id)
);
SELECT xq.reference('matching.organisation_person');
GRANT SELECT, INSERT ON matching.organisation_person TO xq_matching;

CREATE TABLE matching.offer (
  street int NOT NULL CONSTRAINT offer_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  region text NOT NULL,
  sponsor uuid,
  person uuid NOT NULL,
  kind text NOT NULL CONSTRAINT offer_kind CHECK (kind IN ('money', 'hours', 'pieces', 'rooms', 'skills')),
  amount bigint NOT NULL CONSTRAINT offer_amount CHECK (amount > 0),
  unit text NOT NULL,
  what text NOT NULL,
  until date,
  made_at timestamptz NOT NULL,
  CONSTRAINT offer_pk PRIMARY KEY (street, id),
  CONSTRAINT offer_sponsor FOREIGN KEY (sponsor) REFERENCES matching.sponsor (id)
);
SELECT xq.distribute('matching.offer', 'matching.stream_head');
GRANT SELECT, INSERT ON matching.offer TO xq_matching;
