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

-- Pairs in the model's review band (at or above its review threshold, below the link threshold), each in both directions.
CREATE TABLE IF NOT EXISTS hub_match_doubt (
    left_no  bigint  NOT NULL,
    right_no bigint  NOT NULL,
    weight   integer NOT NULL,
    PRIMARY KEY (left_no, right_no)
);
CREATE INDEX IF NOT EXISTS hub_match_doubt_right ON hub_match_doubt (right_no);

-- Open review cases, so that a batch finds those of its customers without reading their streams.
CREATE TABLE IF NOT EXISTS hub_open_case (
    case_id    uuid PRIMARY KEY,
    left_id    uuid NOT NULL,
    right_id   uuid NOT NULL,
    kind       text NOT NULL,
    digest     text NOT NULL,   -- of what was found
    record_key text             -- of an alarm: the record that is close to both
);
CREATE INDEX IF NOT EXISTS hub_open_case_left ON hub_open_case (left_id);
CREATE INDEX IF NOT EXISTS hub_open_case_right ON hub_open_case (right_id);
CREATE INDEX IF NOT EXISTS hub_open_case_record ON hub_open_case (record_key) WHERE record_key IS NOT NULL;

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
