CREATE TABLE IF NOT EXISTS audit (
    position       bigint      PRIMARY KEY,
    stream_id      uuid        NOT NULL,
    customer_id    uuid,                 -- NULL: not an event of a customer
    name           text        NOT NULL,
    aspect         text        NOT NULL,
    actor          text        NOT NULL,
    via            text        NOT NULL,
    reason         text        NOT NULL,
    correlation_id uuid        NOT NULL,
    causation_id   uuid        NOT NULL,
    valid_at       timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    before         jsonb,
    after          jsonb
);
-- The last state of each aspect; also the way to one customer's rows.
CREATE INDEX IF NOT EXISTS audit_aspect ON audit (customer_id, aspect, position) WHERE customer_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_actor ON audit (actor, position);
CREATE INDEX IF NOT EXISTS audit_recorded ON audit USING brin (recorded_at);
