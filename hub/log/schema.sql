-- Keys of personal values, wrapped by the master key. Kept and backed up apart from the events.
CREATE TABLE IF NOT EXISTS hub_subject_key (
    subject_id   uuid PRIMARY KEY,
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz
);
