-- Who a person is. The index finds an id by a keyed hash (HMAC-SHA256 under keys/person.key): it must be unique without a
-- street, so it is a reference table; the secret is never in the database.
CREATE TABLE notification.person_index (
  hash bytea NOT NULL CONSTRAINT person_index_hash CHECK (octet_length(hash) = 32),
  person uuid NOT NULL,
  kind text NOT NULL CONSTRAINT person_index_kind CHECK (kind IN ('phone', 'wechat', 'identity')),
  CONSTRAINT person_index_pk PRIMARY KEY (hash)
);
SELECT xq.reference('notification.person_index');
GRANT SELECT, INSERT ON notification.person_index TO xq_notification;

CREATE TABLE notification.person (
  street int NOT NULL CONSTRAINT person_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  registered_by uuid,
  registered_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT person_pk PRIMARY KEY (street, id)
);
SELECT xq.distribute('notification.person', 'notification.stream_head');
GRANT SELECT, INSERT ON notification.person TO xq_notification;

-- Where a person lives or works, as staff or an issuer of logins said, and since when.
CREATE TABLE notification.person_home (
  street int NOT NULL CONSTRAINT person_home_street CHECK (street BETWEEN 100000000 AND 999999999),
  person uuid NOT NULL,
  region text COLLATE "C" NOT NULL,
  since timestamptz NOT NULL,
  CONSTRAINT person_home_pk PRIMARY KEY (street, person, region),
  CONSTRAINT person_home_person FOREIGN KEY (street, person) REFERENCES notification.person (street, id)
);
SELECT xq.distribute('notification.person_home', 'notification.stream_head');
GRANT SELECT, INSERT ON notification.person_home TO xq_notification;

-- One data key per person, wrapped by the master key of keys/vault.key: erasure is the loss of this row's key.
CREATE TABLE notification.subject_key (
  street int NOT NULL CONSTRAINT subject_key_street CHECK (street BETWEEN 100000000 AND 999999999),
  person uuid NOT NULL,
  wrapped bytea NOT NULL CONSTRAINT subject_key_wrapped CHECK (octet_length(wrapped) = 72),
  CONSTRAINT subject_key_pk PRIMARY KEY (street, person),
  CONSTRAINT subject_key_person FOREIGN KEY (street, person) REFERENCES notification.person (street, id)
);
SELECT xq.distribute('notification.subject_key', 'notification.stream_head');
GRANT SELECT, INSERT ON notification.subject_key TO xq_notification;

-- Contact data, sealed with the person's data key (XChaCha20-Poly1305, bound to person and field). A later value is a new row.
CREATE TABLE notification.vault (
  street int NOT NULL CONSTRAINT vault_street CHECK (street BETWEEN 100000000 AND 999999999),
  person uuid NOT NULL,
  field text COLLATE "C" NOT NULL CONSTRAINT vault_field CHECK (field IN ('name', 'phone', 'wechat', 'identity', 'email', 'address')),
  op uuid NOT NULL,
  sealed bytea NOT NULL CONSTRAINT vault_sealed CHECK (octet_length(sealed) > 40),
  recorded_at timestamptz NOT NULL,
  CONSTRAINT vault_pk PRIMARY KEY (street, person, field, op),
  CONSTRAINT vault_key FOREIGN KEY (street, person) REFERENCES notification.subject_key (street, person)
);
SELECT xq.distribute('notification.vault', 'notification.stream_head');
GRANT SELECT, INSERT ON notification.vault TO xq_notification;
