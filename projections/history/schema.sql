-- Events of customers, without the values of records (these are in the audit).
CREATE TABLE IF NOT EXISTS history_change (
    position    bigint      PRIMARY KEY,
    customer_id uuid        NOT NULL,
    at          timestamptz NOT NULL, -- business time
    recorded_at timestamptz NOT NULL,
    name        text        NOT NULL,
    record_key  text,
    actor       text        NOT NULL,
    via         text        NOT NULL,
    reason      text        NOT NULL,
    data        jsonb       NOT NULL
);
CREATE INDEX IF NOT EXISTS history_change_customer ON history_change (customer_id, at, position);

CREATE TABLE IF NOT EXISTS history_activity (
    position    bigint      PRIMARY KEY,
    record_key  text        NOT NULL,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    name        text        NOT NULL,
    unit        text        NOT NULL,
    actor       text        NOT NULL,
    via         text        NOT NULL,
    reason      text        NOT NULL,
    data        jsonb       NOT NULL
);
CREATE INDEX IF NOT EXISTS history_activity_record ON history_activity (record_key, at, position);
