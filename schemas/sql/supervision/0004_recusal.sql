-- Who stands to gain from a project neither is drawn for it nor signs: who acts for its sponsors or its organisation, who claimed,
-- who proposed it. Once recused, recused for this project.
CREATE TABLE supervision.recused (
  street int NOT NULL CONSTRAINT recused_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  person uuid NOT NULL,
  reason text NOT NULL CONSTRAINT recused_reason CHECK (reason IN ('party', 'proposer')),
  recused_at timestamptz NOT NULL,
  CONSTRAINT recused_pk PRIMARY KEY (street, project, person)
);
SELECT xq.distribute('supervision.recused', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.recused TO xq_supervision;

CREATE FUNCTION supervision.recused_stay_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM supervision.recused r WHERE r.street = NEW.street AND r.project = NEW.project AND r.person = NEW.ambassador) THEN
    RAISE EXCEPTION 'this person is recused from the project' USING ERRCODE = '23514', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
      CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION supervision.recused_stay_out() FROM PUBLIC;
SELECT xq.guard('CREATE TRIGGER assignment_recused BEFORE INSERT ON supervision.assignment FOR EACH ROW EXECUTE FUNCTION supervision.recused_stay_out()');
SELECT xq.guard('CREATE TRIGGER milestone_sign_recused BEFORE INSERT ON supervision.milestone_signature FOR EACH ROW EXECUTE FUNCTION supervision.recused_stay_out()');
SELECT xq.guard('CREATE TRIGGER signature_recused BEFORE INSERT ON supervision.signature FOR EACH ROW EXECUTE FUNCTION supervision.recused_stay_out()');
SELECT xq.guard('CREATE TRIGGER rubric_recused BEFORE INSERT ON supervision.rubric FOR EACH ROW EXECUTE FUNCTION supervision.recused_stay_out()');

-- The seed's SHA-256 is public before it is known who will be in the lot; the draw must reveal the text that it is of.
CREATE TABLE supervision.draw_commitment (
  street int NOT NULL CONSTRAINT draw_commitment_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  commitment text COLLATE "C" NOT NULL CONSTRAINT draw_commitment_hash CHECK (commitment ~ '^[0-9a-f]{64}$'),
  committed_at timestamptz NOT NULL,
  committed_by uuid NOT NULL,
  CONSTRAINT draw_commitment_pk PRIMARY KEY (street, project),
  CONSTRAINT draw_commitment_said UNIQUE (street, project, commitment),
  CONSTRAINT draw_commitment_books FOREIGN KEY (street, project) REFERENCES supervision.books (street, project)
);
SELECT xq.distribute('supervision.draw_commitment', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.draw_commitment TO xq_supervision;

-- Earlier draws have none and stay as they are; every new one has.
ALTER TABLE supervision.draw ADD COLUMN commitment text COLLATE "C";
ALTER TABLE supervision.draw ADD CONSTRAINT draw_reveals
  CHECK (commitment IS NOT NULL AND commitment = encode(sha256(convert_to(seed, 'UTF8')), 'hex')) NOT VALID;
ALTER TABLE supervision.draw ADD CONSTRAINT draw_committed FOREIGN KEY (street, project, commitment)
  REFERENCES supervision.draw_commitment (street, project, commitment);
