-- One row a review case that ever was, as it is now.
CREATE TABLE IF NOT EXISTS steward_queue (
    case_id         uuid        PRIMARY KEY,
    left_id         uuid        NOT NULL, -- the two customers, the smaller id (the older customer) first
    right_id        uuid        NOT NULL,
    status          text        NOT NULL, -- open, decided, closed
    kind            text        NOT NULL, -- alarm, held-apart, review, asked
    weight          integer     NOT NULL, -- of the strongest reason, in centi-bits
    finding         jsonb       NOT NULL, -- {reasons: [{left, right, weight, agreements}], model, record, assertions}
    pattern         text        NOT NULL, -- how the strongest reason's features agree
    opened_at       timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    postponed_until timestamptz,
    proposer        text,                 -- who has said same where a second person has to agree
    proposed_why    text,
    outcome         text,                 -- same, different; or why it was closed
    assertion_id    uuid,
    actor           text        NOT NULL, -- of the last event
    reason          text        NOT NULL,
    position        bigint      NOT NULL
);
CREATE INDEX IF NOT EXISTS steward_queue_open ON steward_queue (kind, weight DESC, case_id) WHERE status = 'open';
CREATE INDEX IF NOT EXISTS steward_queue_left ON steward_queue (left_id);
CREATE INDEX IF NOT EXISTS steward_queue_right ON steward_queue (right_id);
