-- Messages that could not be read, whatever the transport; written in the same transaction as the offset behind them.

CREATE TABLE IF NOT EXISTS hub_dead_letter (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    input         text        NOT NULL,
    message_no    bigint      NOT NULL,
    stream        text        NOT NULL,
    key           bytea,
    value         bytea,
    header_names  text[]      NOT NULL,
    header_values bytea[]     NOT NULL,
    code          text        NOT NULL,
    source        text        NOT NULL,
    field         text        NOT NULL,
    reason        text        NOT NULL,
    remedy        text        NOT NULL,
    dead_at       timestamptz NOT NULL DEFAULT now(),
    retried_at    timestamptz
);
CREATE INDEX IF NOT EXISTS hub_dead_letter_place ON hub_dead_letter (input, message_no);

-- Inputs that were stopped because too much of them could not be read.
CREATE TABLE IF NOT EXISTS hub_paused_input (
    input  text PRIMARY KEY,
    reason text        NOT NULL,
    since  timestamptz NOT NULL DEFAULT now()
);
