-- What was believed about each lane: [valid_from, valid_to) belonged to owner, believed in [known_from, known_to).
-- At every known instant the rows of a lane do not overlap in valid time. owner NULL: nobody, and the row says why.
CREATE TABLE IF NOT EXISTS ownership (
    customer_id uuid        NOT NULL,
    scope       text        NOT NULL,
    role        text        NOT NULL,
    owner       text,
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz NOT NULL, -- infinity: open
    known_from  timestamptz NOT NULL,
    known_to    timestamptz NOT NULL, -- infinity: still believed
    position    bigint      NOT NULL, -- the event that says so
    kind        text        NOT NULL,
    basis       jsonb       NOT NULL,
    actor       text        NOT NULL,
    reason      text        NOT NULL,
    PRIMARY KEY (customer_id, scope, role, valid_from, known_from),
    CHECK (valid_from < valid_to),
    CHECK (known_from < known_to)
);
CREATE INDEX IF NOT EXISTS ownership_owner ON ownership (owner, customer_id, scope, role, valid_from);

-- From valid_from on the customer was part of survivor_id, believed in [known_from, known_to), which is empty for one
-- that was taken back at the same instant.
CREATE TABLE IF NOT EXISTS ownership_merge (
    customer_id uuid        NOT NULL,
    survivor_id uuid        NOT NULL,
    valid_from  timestamptz NOT NULL,
    known_from  timestamptz NOT NULL,
    known_to    timestamptz NOT NULL,
    position    bigint      NOT NULL,
    PRIMARY KEY (customer_id, position)
);
