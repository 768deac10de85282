-- One row a customer that ever was.
CREATE TABLE IF NOT EXISTS golden_record (
    customer_id   uuid        PRIMARY KEY,
    status        text        NOT NULL, -- active, merged, retired
    merged_into   uuid,
    kind          text        NOT NULL,
    name          text,
    version       bigint      NOT NULL, -- of the customer's stream
    position      bigint      NOT NULL, -- of its last event
    registered_at timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL,
    record_keys   text[]      NOT NULL,
    units         text[]      NOT NULL, -- of which it has source records: who may see it
    golden        jsonb       NOT NULL, -- [{path, value, record_key, event_id, event_version, rule, since}]
    tokens        tsvector    NOT NULL
);
CREATE INDEX IF NOT EXISTS golden_record_tokens ON golden_record USING gin (tokens);
CREATE INDEX IF NOT EXISTS golden_record_position ON golden_record (position);
