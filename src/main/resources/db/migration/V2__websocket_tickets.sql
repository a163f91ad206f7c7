-- One-use tickets with which a browser opens a websocket, as it cannot send a header then. They end
-- with the session that they belong to. Lost in a crash of Postgres: a client asks for another.
CREATE UNLOGGED TABLE websocket_tickets (
    ticket_hash BYTEA PRIMARY KEY,
    account_id  BIGINT      NOT NULL,
    device_key  BYTEA       NOT NULL,
    epoch       BIGINT      NOT NULL,
    expires     TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (account_id, device_key) REFERENCES auth_tokens (account_id, device_key) ON DELETE CASCADE
);
CREATE INDEX ON websocket_tickets (account_id, device_key);
