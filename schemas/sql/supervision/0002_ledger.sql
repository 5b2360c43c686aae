-- Milestones, payments and the ledger of lots, held by chains: signature n exists only after n - 1; payable refers to number `need`
-- and to accepted work; a spend refers to payable; a lot's move repeats the balances before it and the key proves them; the parts of
-- a payment add up because each repeats the sum before it. Nothing here is ever updated.

CREATE TABLE supervision.milestone (
  street int NOT NULL CONSTRAINT milestone_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  project uuid NOT NULL,
  n int NOT NULL CONSTRAINT milestone_n CHECK (n BETWEEN 1 AND 100),
  prev int GENERATED ALWAYS AS (NULLIF(n - 1, 0)) STORED,
  title text NOT NULL,
  point text COLLATE "C" NOT NULL CONSTRAINT milestone_point CHECK (point IN ('initiation', 'funds', 'tender', 'site')),
  gate_version int NOT NULL,
  gate_kind text COLLATE "C" NOT NULL CONSTRAINT milestone_gate_kind CHECK (gate_kind = 'milestone'),
  gate_upto bigint NOT NULL,
  need int NOT NULL,
  due_on date,
  planned_at timestamptz NOT NULL,
  planned_by uuid NOT NULL,
  CONSTRAINT milestone_pk PRIMARY KEY (street, id),
  CONSTRAINT milestone_number UNIQUE (street, project, n),
  CONSTRAINT milestone_point_of UNIQUE (street, id, project, point),
  CONSTRAINT milestone_need_of UNIQUE (street, id, project, need),
  CONSTRAINT milestone_chain FOREIGN KEY (street, project, prev) REFERENCES supervision.milestone (street, project, n),
  CONSTRAINT milestone_gate FOREIGN KEY (gate_version, gate_kind, gate_upto, need) REFERENCES supervision.gate (version, kind, upto, need),
  CONSTRAINT milestone_books FOREIGN KEY (street, project) REFERENCES supervision.books (street, project)
);
SELECT xq.distribute('supervision.milestone', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.milestone TO xq_supervision;

CREATE TABLE supervision.milestone_signature (
  street int NOT NULL CONSTRAINT milestone_sign_street CHECK (street BETWEEN 100000000 AND 999999999),
  milestone uuid NOT NULL,
  n int NOT NULL CONSTRAINT milestone_sign_n CHECK (n >= 1),
  prev int GENERATED ALWAYS AS (NULLIF(n - 1, 0)) STORED,
  project uuid NOT NULL,
  point text COLLATE "C" NOT NULL,
  ambassador uuid NOT NULL,
  note text,
  signed_at timestamptz NOT NULL,
  CONSTRAINT milestone_sign_pk PRIMARY KEY (street, milestone, n),
  CONSTRAINT milestone_sign_once UNIQUE (street, milestone, ambassador),
  CONSTRAINT milestone_sign_chain FOREIGN KEY (street, milestone, prev) REFERENCES supervision.milestone_signature (street, milestone, n),
  CONSTRAINT milestone_sign_of FOREIGN KEY (street, milestone, project, point)
    REFERENCES supervision.milestone (street, id, project, point),
  CONSTRAINT milestone_sign_who FOREIGN KEY (street, project, point, ambassador)
    REFERENCES supervision.assignment (street, project, point, ambassador)
);
SELECT xq.distribute('supervision.milestone_signature', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.milestone_signature TO xq_supervision;

-- Accepted work; k counts the project's accepted milestones.
CREATE TABLE supervision.acceptance (
  street int NOT NULL CONSTRAINT acceptance_street CHECK (street BETWEEN 100000000 AND 999999999),
  project uuid NOT NULL,
  k int NOT NULL CONSTRAINT acceptance_k CHECK (k >= 1),
  prev int GENERATED ALWAYS AS (NULLIF(k - 1, 0)) STORED,
  milestone uuid NOT NULL,
  need int NOT NULL,
  accepted_at timestamptz NOT NULL,
  CONSTRAINT acceptance_pk PRIMARY KEY (street, project, k),
  CONSTRAINT acceptance_once UNIQUE (street, milestone),
  CONSTRAINT acceptance_chain FOREIGN KEY (street, project, prev) REFERENCES supervision.acceptance (street, project, k),
  CONSTRAINT acceptance_of FOREIGN KEY (street, milestone, project, need) REFERENCES supervision.milestone (street, id, project, need),
  CONSTRAINT acceptance_signed FOREIGN KEY (street, milestone, need) REFERENCES supervision.milestone_signature (street, milestone, n)
);
SELECT xq.distribute('supervision.acceptance', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.acceptance TO xq_supervision;

-- line: the need line it is for; the nil uuid = none.
CREATE TABLE supervision.payment (
  street int NOT NULL CONSTRAINT payment_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  project uuid NOT NULL,
  milestone uuid NOT NULL,
  payee uuid NOT NULL,
  fen bigint NOT NULL CONSTRAINT payment_fen CHECK (fen > 0),
  point text COLLATE "C" NOT NULL CONSTRAINT payment_point CHECK (point IN ('initiation', 'funds', 'tender', 'site')),
  line uuid NOT NULL,
  voucher text COLLATE "C" NOT NULL CONSTRAINT payment_voucher CHECK (voucher ~ '^[0-9a-f]{64}$'),
  hash text COLLATE "C" NOT NULL CONSTRAINT payment_hash CHECK (hash ~ '^[0-9a-f]{64}$'),
  what text,
  requester uuid NOT NULL,
  gate_version int NOT NULL,
  gate_kind text COLLATE "C" NOT NULL CONSTRAINT payment_gate_kind CHECK (gate_kind = 'payment'),
  gate_upto bigint NOT NULL,
  need int NOT NULL,
  requested_at timestamptz NOT NULL,
  CONSTRAINT payment_pk PRIMARY KEY (street, id),
  CONSTRAINT payment_band CHECK (fen <= gate_upto),
  CONSTRAINT payment_signed_of UNIQUE (street, id, project, point, hash, requester),
  CONSTRAINT payment_need_of UNIQUE (street, id, need, requester),
  CONSTRAINT payment_work_of UNIQUE (street, id, project, milestone),
  CONSTRAINT payment_payee_of UNIQUE (street, id, project, payee),
  CONSTRAINT payment_fen_of UNIQUE (street, id, fen, requester),
  CONSTRAINT payment_line_of UNIQUE (street, id, fen, line),
  CONSTRAINT payment_gate FOREIGN KEY (gate_version, gate_kind, gate_upto, need) REFERENCES supervision.gate (version, kind, upto, need),
  CONSTRAINT payment_milestone FOREIGN KEY (street, milestone, project, point)
    REFERENCES supervision.milestone (street, id, project, point),
  CONSTRAINT payment_books FOREIGN KEY (street, project) REFERENCES supervision.books (street, project)
);
SELECT xq.distribute('supervision.payment', 'supervision.stream_head');
CREATE INDEX payment_project ON supervision.payment (street, project);
GRANT SELECT, INSERT ON supervision.payment TO xq_supervision;

CREATE TABLE supervision.signature (
  street int NOT NULL CONSTRAINT signature_street CHECK (street BETWEEN 100000000 AND 999999999),
  payment uuid NOT NULL,
  n int NOT NULL CONSTRAINT signature_n CHECK (n >= 1),
  prev int GENERATED ALWAYS AS (NULLIF(n - 1, 0)) STORED,
  project uuid NOT NULL,
  point text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  requester uuid NOT NULL,
  ambassador uuid NOT NULL,
  signed_at timestamptz NOT NULL,
  CONSTRAINT signature_pk PRIMARY KEY (street, payment, n),
  CONSTRAINT signature_once UNIQUE (street, payment, ambassador),
  CONSTRAINT signature_other CHECK (ambassador <> requester),
  CONSTRAINT signature_chain FOREIGN KEY (street, payment, prev) REFERENCES supervision.signature (street, payment, n),
  CONSTRAINT signature_of FOREIGN KEY (street, payment, project, point, hash, requester)
    REFERENCES supervision.payment (street, id, project, point, hash, requester),
  CONSTRAINT signature_who FOREIGN KEY (street, project, point, ambassador)
    REFERENCES supervision.assignment (street, project, point, ambassador)
);
SELECT xq.distribute('supervision.signature', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.signature TO xq_supervision;

-- released_by: the ambassador whose signature was the last one needed.
CREATE TABLE supervision.payable (
  street int NOT NULL CONSTRAINT payable_street CHECK (street BETWEEN 100000000 AND 999999999),
  payment uuid NOT NULL,
  project uuid NOT NULL,
  milestone uuid NOT NULL,
  need int NOT NULL,
  requester uuid NOT NULL,
  released_by uuid NOT NULL,
  released_at timestamptz NOT NULL,
  CONSTRAINT payable_pk PRIMARY KEY (street, payment),
  CONSTRAINT payable_project UNIQUE (street, payment, project),
  CONSTRAINT payable_other CHECK (released_by <> requester),
  CONSTRAINT payable_need FOREIGN KEY (street, payment, need, requester) REFERENCES supervision.payment (street, id, need, requester),
  CONSTRAINT payable_signed FOREIGN KEY (street, payment, need) REFERENCES supervision.signature (street, payment, n),
  CONSTRAINT payable_work FOREIGN KEY (street, payment, project, milestone)
    REFERENCES supervision.payment (street, id, project, milestone),
  CONSTRAINT payable_accepted FOREIGN KEY (street, milestone) REFERENCES supervision.acceptance (street, milestone)
);
SELECT xq.distribute('supervision.payable', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.payable TO xq_supervision;

-- One received payment; line = earmark (the nil uuid = none).
CREATE TABLE supervision.lot (
  street int NOT NULL CONSTRAINT lot_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  project uuid NOT NULL,
  claim uuid,
  sponsor uuid NOT NULL,
  source_kind text NOT NULL CONSTRAINT lot_source CHECK (source_kind IN
    ('government', 'company', 'institution', 'shop', 'resident', 'organisation')),
  organiser text COLLATE "C" NOT NULL,
  fen bigint NOT NULL CONSTRAINT lot_fen CHECK (fen > 0),
  line uuid NOT NULL,
  receiver text,
  received_at timestamptz NOT NULL,
  received_by uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT lot_id PRIMARY KEY (street, id),
  CONSTRAINT lot_face UNIQUE (street, id, project, sponsor, fen),
  CONSTRAINT lot_line UNIQUE (street, id, line),
  CONSTRAINT lot_promise FOREIGN KEY (street, claim, project, sponsor, source_kind)
    REFERENCES supervision.promise (street, claim, project, sponsor, source_kind),
  CONSTRAINT lot_books FOREIGN KEY (street, project, organiser) REFERENCES supervision.books (street, project, organiser)
);
SELECT xq.distribute('supervision.lot', 'supervision.stream_head');
CREATE INDEX lot_project ON supervision.lot (street, project, received_at);
GRANT SELECT, INSERT ON supervision.lot TO xq_supervision;

-- Both legs in one row. receive: debit the lot, credit its sponsor; spend: debit the payee, credit the lot; return: debit the sponsor.
CREATE TABLE supervision.lot_move (
  street int NOT NULL CONSTRAINT lot_move_street CHECK (street BETWEEN 100000000 AND 999999999),
  lot uuid NOT NULL,
  n int NOT NULL CONSTRAINT lot_n CHECK (n >= 1),
  prev int GENERATED ALWAYS AS (NULLIF(n - 1, 0)) STORED,
  kind text NOT NULL CONSTRAINT lot_kind CHECK (kind IN ('receive', 'spend', 'return')),
  fen bigint NOT NULL CONSTRAINT lot_move_fen CHECK (fen > 0),
  debit uuid NOT NULL,
  credit uuid NOT NULL,
  transfer uuid NOT NULL,
  project uuid NOT NULL,
  sponsor uuid NOT NULL,
  payment uuid,
  reason text,
  b_received bigint,
  b_spent bigint,
  b_held bigint,
  b_returned bigint,
  received bigint NOT NULL CONSTRAINT lot_received CHECK (received >= 0),
  spent bigint NOT NULL CONSTRAINT lot_spent CHECK (spent >= 0),
  held bigint NOT NULL CONSTRAINT lot_held CHECK (held >= 0),
  returned bigint NOT NULL CONSTRAINT lot_returned CHECK (returned >= 0),
  moved_at timestamptz NOT NULL,
  moved_by uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT lot_pk PRIMARY KEY (street, lot, n),
  CONSTRAINT lot_state UNIQUE (street, lot, n, received, spent, held, returned),
  CONSTRAINT lot_move_part UNIQUE (street, lot, n, fen, payment),
  CONSTRAINT lot_chain FOREIGN KEY (street, lot, prev, b_received, b_spent, b_held, b_returned)
    REFERENCES supervision.lot_move (street, lot, n, received, spent, held, returned),
  CONSTRAINT lot_first CHECK (CASE WHEN n = 1 THEN num_nonnulls(b_received, b_spent, b_held, b_returned) = 0 AND kind = 'receive'
    ELSE num_nulls(b_received, b_spent, b_held, b_returned) = 0 AND kind <> 'receive' END),
  CONSTRAINT lot_adds_up CHECK (received = spent + held + returned),
  CONSTRAINT lot_step CHECK (CASE kind
    WHEN 'receive' THEN (received, spent, held, returned) = (fen, 0::bigint, fen, 0::bigint)
    WHEN 'spend' THEN (received, spent, held, returned) = (b_received, b_spent + fen, b_held - fen, b_returned)
    WHEN 'return' THEN (received, spent, held, returned) = (b_received, b_spent, b_held - fen, b_returned + fen) ELSE false END),
  CONSTRAINT lot_legs CHECK (debit <> credit AND CASE kind WHEN 'receive' THEN debit = lot AND credit = sponsor
    WHEN 'return' THEN debit = sponsor AND credit = lot ELSE credit = lot END),
  CONSTRAINT lot_names CHECK ((kind = 'spend') = (payment IS NOT NULL) AND (payment IS NULL OR transfer = payment)),
  CONSTRAINT lot_of FOREIGN KEY (street, lot, project, sponsor, received) REFERENCES supervision.lot (street, id, project, sponsor, fen),
  CONSTRAINT lot_payable FOREIGN KEY (street, payment, project) REFERENCES supervision.payable (street, payment, project),
  CONSTRAINT lot_payee FOREIGN KEY (street, payment, project, debit) REFERENCES supervision.payment (street, id, project, payee)
);
SELECT xq.distribute('supervision.lot_move', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.lot_move TO xq_supervision;

-- The lots of one payment: earmark first, then oldest; never against an earmark, never more than was asked for.
CREATE TABLE supervision.payment_part (
  street int NOT NULL CONSTRAINT part_street CHECK (street BETWEEN 100000000 AND 999999999),
  payment uuid NOT NULL,
  k int NOT NULL CONSTRAINT part_k CHECK (k >= 1),
  prev int GENERATED ALWAYS AS (NULLIF(k - 1, 0)) STORED,
  lot uuid NOT NULL,
  lot_n int NOT NULL,
  fen bigint NOT NULL CONSTRAINT part_fen CHECK (fen > 0),
  b_total bigint,
  total bigint NOT NULL,
  payment_fen bigint NOT NULL,
  line uuid NOT NULL,
  earmark uuid NOT NULL,
  CONSTRAINT part_pk PRIMARY KEY (street, payment, k),
  CONSTRAINT part_total UNIQUE (street, payment, k, total),
  CONSTRAINT part_lot UNIQUE (street, payment, lot, lot_n),
  CONSTRAINT part_adds_up CHECK (total = coalesce(b_total, 0) + fen AND (k = 1) = (b_total IS NULL)),
  CONSTRAINT part_not_more CHECK (total <= payment_fen),
  CONSTRAINT part_earmark CHECK (earmark = '00000000-0000-0000-0000-000000000000'::uuid OR earmark = line),
  CONSTRAINT part_chain FOREIGN KEY (street, payment, prev, b_total) REFERENCES supervision.payment_part (street, payment, k, total),
  CONSTRAINT part_move FOREIGN KEY (street, lot, lot_n, fen, payment) REFERENCES supervision.lot_move (street, lot, n, fen, payment),
  CONSTRAINT part_payment FOREIGN KEY (street, payment, payment_fen, line) REFERENCES supervision.payment (street, id, fen, line),
  CONSTRAINT part_lot_line FOREIGN KEY (street, lot, earmark) REFERENCES supervision.lot (street, id, line)
);
SELECT xq.distribute('supervision.payment_part', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.payment_part TO xq_supervision;

-- Paid = the last part's sum is what was asked for.
CREATE TABLE supervision.paid (
  street int NOT NULL CONSTRAINT paid_street CHECK (street BETWEEN 100000000 AND 999999999),
  payment uuid NOT NULL,
  parts int NOT NULL,
  fen bigint NOT NULL,
  requester uuid NOT NULL,
  paid_by uuid NOT NULL,
  paid_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT paid_pk PRIMARY KEY (street, payment),
  CONSTRAINT paid_other CHECK (paid_by <> requester),
  CONSTRAINT paid_fen FOREIGN KEY (street, payment, fen, requester) REFERENCES supervision.payment (street, id, fen, requester),
  CONSTRAINT paid_payable FOREIGN KEY (street, payment) REFERENCES supervision.payable (street, payment),
  CONSTRAINT paid_parts FOREIGN KEY (street, payment, parts, fen) REFERENCES supervision.payment_part (street, payment, k, total)
);
SELECT xq.distribute('supervision.paid', 'supervision.stream_head');
GRANT SELECT, INSERT ON supervision.paid TO xq_supervision;

-- No spend without its part, no part without its payment done: looked at when the group closes (rules_now).
ALTER TABLE supervision.lot_move ADD CONSTRAINT lot_spent_part FOREIGN KEY (street, payment, lot, n)
  REFERENCES supervision.payment_part (street, payment, lot, lot_n) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE supervision.payment_part ADD CONSTRAINT part_paid FOREIGN KEY (street, payment)
  REFERENCES supervision.paid (street, payment) DEFERRABLE INITIALLY DEFERRED;

-- In kind, in their own units.
CREATE TABLE supervision.gift (
  street int NOT NULL CONSTRAINT gift_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  project uuid NOT NULL,
  claim uuid,
  sponsor uuid NOT NULL,
  source_kind text NOT NULL CONSTRAINT gift_source CHECK (source_kind IN
    ('government', 'company', 'institution', 'shop', 'resident', 'organisation')),
  organiser text COLLATE "C" NOT NULL,
  kind text NOT NULL CONSTRAINT gift_kind CHECK (kind IN ('hours', 'pieces', 'rooms', 'skills')),
  amount bigint NOT NULL CONSTRAINT gift_amount CHECK (amount > 0),
  unit text NOT NULL,
  what text,
  received_at timestamptz NOT NULL,
  received_by uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT gift_pk PRIMARY KEY (street, id),
  CONSTRAINT gift_promise FOREIGN KEY (street, claim, project, sponsor, source_kind)
    REFERENCES supervision.promise (street, claim, project, sponsor, source_kind),
  CONSTRAINT gift_books FOREIGN KEY (street, project, organiser) REFERENCES supervision.books (street, project, organiser)
);
SELECT xq.distribute('supervision.gift', 'supervision.stream_head');
CREATE INDEX gift_project ON supervision.gift (street, project);
GRANT SELECT, INSERT ON supervision.gift TO xq_supervision;
