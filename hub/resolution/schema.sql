-- The match index: derived from the events, written in the same transaction, read to find candidates.

CREATE TABLE IF NOT EXISTS hub_match_clock (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    stamp      bigint  NOT NULL,   -- counts commits that changed the index
    assertions bigint  NOT NULL,   -- counts assertions in force
    model      text    NOT NULL DEFAULT ''  -- digest of the active model; '': the one that comes with the software
);
INSERT INTO hub_match_clock VALUES (true, 0, 0) ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS hub_source_record (
    record_no    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order of first sight
    record_key   text        NOT NULL UNIQUE,
    kind         text        NOT NULL,
    customer_id  uuid,              -- NULL: deleted before it was ever seen
    home_id      uuid,              -- the customer that was registered for this record
    source_time  timestamptz NOT NULL,
    version      text        NOT NULL,
    content      text        NOT NULL,  -- fingerprint, '~' once deleted
    retired      boolean     NOT NULL,
    prepared     bytea       NOT NULL,
    renamed_to      text,           -- the key under which the source goes on with it, and since when
    renamed_at      timestamptz,
    renamed_version text,
    stamp        bigint      NOT NULL
);
CREATE INDEX IF NOT EXISTS hub_source_record_stamp ON hub_source_record (stamp);
CREATE INDEX IF NOT EXISTS hub_source_record_customer ON hub_source_record (customer_id);

CREATE TABLE IF NOT EXISTS hub_match_key (
    key       bigint NOT NULL,
    record_no bigint NOT NULL,
    stamp     bigint NOT NULL,
    PRIMARY KEY (key, record_no)
);
CREATE INDEX IF NOT EXISTS hub_match_key_stamp ON hub_match_key (stamp);

-- Raw edges (weight in centi-bits, at or above the link threshold), each in both directions.
CREATE TABLE IF NOT EXISTS hub_match_edge (
    left_no  bigint  NOT NULL,
    right_no bigint  NOT NULL,
    weight   integer NOT NULL,
    stamp    bigint  NOT NULL,
    PRIMARY KEY (left_no, right_no)
);
CREATE INDEX IF NOT EXISTS hub_match_edge_stamp ON hub_match_edge (stamp);

-- Assertions in force, pair by pair, each in both directions. A record may be named before it is seen.
CREATE TABLE IF NOT EXISTS hub_assertion_pair (
    left_key     text    NOT NULL,
    right_key    text    NOT NULL,
    assertion_id uuid    NOT NULL,
    same         boolean NOT NULL,
    PRIMARY KEY (left_key, right_key, assertion_id)
);
CREATE INDEX IF NOT EXISTS hub_assertion_pair_assertion ON hub_assertion_pair (assertion_id);

-- One row an incoming event that was taken in, so that a repeated one is recognised.
CREATE TABLE IF NOT EXISTS hub_receipt (
    uid      uuid PRIMARY KEY,
    outcome  text NOT NULL,
    position bigint
);

-- Activities whose source record is not known yet; the payload is encrypted with that record's key.
CREATE TABLE IF NOT EXISTS hub_parked (
    uid        uuid PRIMARY KEY,
    record_key text        NOT NULL,
    head       jsonb       NOT NULL,
    sealed     bytea       NOT NULL,
    parked_at  timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS hub_parked_record ON hub_parked (record_key);
CREATE INDEX IF NOT EXISTS hub_parked_at ON hub_parked (parked_at);

-- The load of a first stock: what is loaded, and how far it has come. One at a time, and one row for the latest.
CREATE TABLE IF NOT EXISTS hub_load (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    digest     text        NOT NULL,  -- of the files and of how they are read
    files      text[]      NOT NULL,
    model      text        NOT NULL,
    messages   bigint      NOT NULL,
    done       bigint      NOT NULL,  -- messages taken in, in the order of the plan
    first_no   bigint      NOT NULL,  -- the number of the first record
    stamp      bigint      NOT NULL,  -- where the index stands if nobody else has written
    started_at timestamptz NOT NULL DEFAULT now()
);

-- The latest change of the model, and how far the records that were there are through with it.
CREATE TABLE IF NOT EXISTS hub_model_change (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    digest  text   NOT NULL,
    upto    bigint NOT NULL,  -- the last record that was there
    keyed   bigint NOT NULL,  -- normalised and compared anew up to this record
    settled bigint NOT NULL   -- brought to their customers up to this record
);
