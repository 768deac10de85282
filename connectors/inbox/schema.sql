-- The embedded transport: topics and partitions as a table. Offsets of a partition have no gaps and appear in commit order.

CREATE TABLE IF NOT EXISTS hub_inbox_partition (
    partition   integer PRIMARY KEY,
    next_offset bigint NOT NULL DEFAULT 0
);
INSERT INTO hub_inbox_partition SELECT generate_series(0, 3) ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS hub_inbox (
    partition     integer     NOT NULL,
    message_no    bigint      NOT NULL,
    stream        text        NOT NULL,
    key           bytea,
    header_names  text[]      NOT NULL DEFAULT '{}',
    header_values bytea[]     NOT NULL DEFAULT '{}',
    value         bytea,
    published_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (partition, message_no)
);
