-- One row a time span in which a source record belonged to a customer, as the hub learned it.
CREATE TABLE IF NOT EXISTS crosswalk (
    record_key     text        NOT NULL,
    customer_id    uuid        NOT NULL,
    retired        boolean     NOT NULL,
    source_time    timestamptz NOT NULL, -- freshness of the reading that retired rests on
    source_version text        NOT NULL,
    known_from     timestamptz NOT NULL,
    known_to       timestamptz,          -- NULL: it still does
    from_position  bigint      NOT NULL,
    to_position    bigint,
    PRIMARY KEY (record_key, from_position)
);
CREATE UNIQUE INDEX IF NOT EXISTS crosswalk_current ON crosswalk (record_key) WHERE to_position IS NULL;
CREATE INDEX IF NOT EXISTS crosswalk_customer ON crosswalk (customer_id, record_key);

-- One row a time span in which a customer's id stood for another customer, into which it had been merged.
CREATE TABLE IF NOT EXISTS customer_alias (
    former_id     uuid        NOT NULL,
    survivor_id   uuid        NOT NULL,
    valid_from    timestamptz NOT NULL, -- business time of the merge
    known_from    timestamptz NOT NULL,
    known_to      timestamptz,
    from_position bigint      NOT NULL,
    to_position   bigint,
    PRIMARY KEY (former_id, from_position)
);
CREATE UNIQUE INDEX IF NOT EXISTS customer_alias_current ON customer_alias (former_id) WHERE to_position IS NULL;
CREATE INDEX IF NOT EXISTS customer_alias_survivor ON customer_alias (survivor_id);
