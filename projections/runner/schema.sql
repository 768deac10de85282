-- How far each read model has come: everything up to position is in its tables.
CREATE TABLE IF NOT EXISTS projection_checkpoint (
    name       text   NOT NULL,
    version    int    NOT NULL,
    position   bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (name, version)
);
