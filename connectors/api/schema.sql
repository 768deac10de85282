-- API keys: only a hash of the secret is kept.
CREATE TABLE IF NOT EXISTS hub_api_key (
    id         text PRIMARY KEY,
    hash       bytea       NOT NULL,
    name       text        NOT NULL,
    roles      text[]      NOT NULL,
    units      text[]      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);
