-- Rather fail than hold up every login behind a long back-up.
SET LOCAL lock_timeout = '10s';

-- Links whose mails are on their way, or whose fate is not known. They work beside the account's own
-- (accounts.verify_token_hash) until the mail of a newer one has surely left; then that becomes the
-- account's own. So a mail that cannot be sent takes nobody's working link away, and one that arrives
-- although the provider did not answer has a link that works.
CREATE TABLE verification_links (
    token_hash BYTEA PRIMARY KEY, -- SHA-256 of the code in the link
    account_id BIGINT      NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    expires    TIMESTAMPTZ NOT NULL
);
CREATE INDEX ON verification_links (account_id);

-- Until when mails that were asked for are counted: each adds half an hour.
ALTER TABLE accounts ADD COLUMN mails_counted_until TIMESTAMPTZ;
