-- The tables that every service has, once per service; @service@ is its name. common/service alone uses them.

-- The number of the last event of each street's stream, raised once per group as the last row before COMMIT.
CREATE TABLE @service@.stream_head (
  street int NOT NULL CONSTRAINT stream_head_street CHECK (street BETWEEN 100000000 AND 999999999),
  epoch bigint NOT NULL CONSTRAINT stream_head_epoch CHECK (epoch >= 0),
  seq bigint NOT NULL CONSTRAINT stream_head_seq CHECK (seq >= 0),
  CONSTRAINT stream_head_pk PRIMARY KEY (street)
) WITH (fillfactor = 50);
SELECT xq.distribute('@service@.stream_head');
GRANT SELECT, INSERT, UPDATE (epoch, seq) ON @service@.stream_head TO xq_@service@;

-- What this service publishes; append-only. op = the call that caused it.
CREATE TABLE @service@.outbox (
  street int NOT NULL CONSTRAINT outbox_street CHECK (street BETWEEN 100000000 AND 999999999),
  seq bigint NOT NULL CONSTRAINT outbox_seq CHECK (seq >= 1),
  type text COLLATE "C" NOT NULL CONSTRAINT outbox_type CHECK (type <> ''),
  id uuid NOT NULL,
  op uuid,
  at timestamptz NOT NULL,
  trace text NOT NULL,
  data json NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT outbox_pk PRIMARY KEY (street, seq)
);
SELECT xq.distribute('@service@.outbox', '@service@.stream_head');
GRANT SELECT, INSERT ON @service@.outbox TO xq_@service@;

-- Answers of calls that carried a key. status NULL = claimed by a call that has not succeeded yet. The caller who is nobody is the nil uuid.
CREATE TABLE @service@.idempotency (
  street int NOT NULL CONSTRAINT idempotency_street CHECK (street BETWEEN 100000000 AND 999999999),
  caller uuid NOT NULL,
  key text COLLATE "C" NOT NULL CONSTRAINT idempotency_key CHECK (key <> ''),
  hash bytea NOT NULL,
  status int CONSTRAINT idempotency_status CHECK (status BETWEEN 200 AND 299),
  body text,
  position text,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT idempotency_pk PRIMARY KEY (street, caller, key)
);
SELECT xq.distribute('@service@.idempotency', '@service@.stream_head');
GRANT SELECT, INSERT, UPDATE (hash, status, body, position) ON @service@.idempotency TO xq_@service@;

-- How far this service has applied other streams: its own street (the effects are there), the stream's service and street.
CREATE TABLE @service@.cursor (
  street int NOT NULL CONSTRAINT cursor_street CHECK (street BETWEEN 100000000 AND 999999999),
  service text COLLATE "C" NOT NULL,
  stream int NOT NULL CONSTRAINT cursor_stream CHECK (stream BETWEEN 100000000 AND 999999999),
  epoch bigint NOT NULL CONSTRAINT cursor_epoch CHECK (epoch >= 0),
  seq bigint NOT NULL CONSTRAINT cursor_seq CHECK (seq >= 0),
  CONSTRAINT cursor_pk PRIMARY KEY (street, service, stream)
) WITH (fillfactor = 50);
SELECT xq.distribute('@service@.cursor', '@service@.stream_head');
GRANT SELECT, INSERT, UPDATE (epoch, seq) ON @service@.cursor TO xq_@service@;

-- Timers: operation op is run for id at story time `at`; NULL = done or taken away.
CREATE TABLE @service@.due (
  street int NOT NULL CONSTRAINT due_street CHECK (street BETWEEN 100000000 AND 999999999),
  op text COLLATE "C" NOT NULL CONSTRAINT due_op CHECK (op <> ''),
  id uuid NOT NULL,
  at timestamptz,
  CONSTRAINT due_pk PRIMARY KEY (street, op, id)
);
SELECT xq.distribute('@service@.due', '@service@.stream_head');
CREATE INDEX due_at ON @service@.due (at) WHERE at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE (at) ON @service@.due TO xq_@service@;

-- Who may do what where, and when: made by the service that owns the role, carried to all by events.
CREATE TABLE @service@.appointment (
  id uuid NOT NULL,
  person uuid NOT NULL,
  role text COLLATE "C" NOT NULL CONSTRAINT appointment_role CHECK (role <> ''),
  region text COLLATE "C" NOT NULL CONSTRAINT appointment_region CHECK (region ~ '^[1-9][0-9]{5}([0-9]{3}){0,4}$'),
  valid_from timestamptz NOT NULL,
  valid_until timestamptz, -- may lie before valid_from: taken back before it began
  service text COLLATE "C" NOT NULL,
  CONSTRAINT appointment_pk PRIMARY KEY (id)
);
SELECT xq.reference('@service@.appointment');
CREATE INDEX appointment_person ON @service@.appointment (person);
GRANT SELECT, INSERT, UPDATE (valid_until) ON @service@.appointment TO xq_@service@;

CREATE TABLE @service@.region (
  code text COLLATE "C" NOT NULL CONSTRAINT region_code CHECK (code ~ '^[1-9][0-9]{5}([0-9]{3}){0,4}$'),
  name text NOT NULL,
  households int NOT NULL CONSTRAINT region_households CHECK (households >= 0),
  parent text COLLATE "C" NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz,
  CONSTRAINT region_pk PRIMARY KEY (code)
);
SELECT xq.reference('@service@.region');
CREATE INDEX region_parent ON @service@.region (parent);
GRANT SELECT, INSERT, UPDATE (name, households, parent, valid_from, valid_until) ON @service@.region TO xq_@service@;

-- The greatest story time seen (development and demo).
CREATE TABLE @service@.story_clock (
  id int NOT NULL CONSTRAINT story_clock_one CHECK (id = 1),
  at timestamptz NOT NULL,
  CONSTRAINT story_clock_pk PRIMARY KEY (id)
);
SELECT xq.reference('@service@.story_clock');
GRANT SELECT, INSERT, UPDATE (at) ON @service@.story_clock TO xq_@service@;

-- Deferred rules speak now, on the street's own node and with their own SQLSTATE, instead of at COMMIT.
CREATE FUNCTION @service@.rules_now(street int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
END
$$;
SELECT xq.delegate('@service@.rules_now(int)', '@service@.stream_head');
REVOKE ALL ON FUNCTION @service@.rules_now(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @service@.rules_now(int) TO xq_@service@;
