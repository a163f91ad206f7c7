-- Accounts. An index entry has a size limit and an e-mail address has none, so the unique key is
-- the SHA-256 of the normalized address.
CREATE TABLE accounts (
    id                BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email             TEXT        NOT NULL,
    email_normalized  TEXT        NOT NULL,
    email_key         BYTEA       NOT NULL UNIQUE,
    password_hash     TEXT        NOT NULL, -- PHC string
    client_salt_seed  TEXT        NOT NULL,
    epoch             BIGINT      NOT NULL DEFAULT 1, -- rises with every password change
    verified          BOOLEAN     NOT NULL,
    verify_token_hash BYTEA UNIQUE,         -- SHA-256 of the code in the mailed link
    verify_expires    TIMESTAMPTZ,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- One token for each device of an account. The device's key is the SHA-256 of its id.
CREATE TABLE auth_tokens (
    account_id BIGINT      NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    device_key BYTEA       NOT NULL,
    device_id  TEXT        NOT NULL,
    token_hash BYTEA       NOT NULL UNIQUE,
    epoch      BIGINT      NOT NULL,
    expires    TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, device_key)
);

-- The head of each account's wallet: narrow, updated in place by compare-and-set, and there from
-- sign-up on (sequence 0: no wallet yet), so that a first wallet takes the same path as every other
-- and cannot slip past a password change.
CREATE TABLE wallet_heads (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    sequence   BIGINT NOT NULL DEFAULT 0,
    epoch      BIGINT NOT NULL DEFAULT 1, -- the account's; every use of a token compares with this
    digest     BIGINT NOT NULL DEFAULT 0  -- of wallet and HMAC, for the entity tag
) WITH (fillfactor = 50); -- room for the new row versions of many updates in the same page

-- Every accepted wallet, append-only. The reference goes to the head: one to accounts could deadlock
-- a save with the deletion of its account. Encrypted text does not compress: do not try.
CREATE TABLE wallet_versions (
    account_id       BIGINT      NOT NULL REFERENCES wallet_heads (account_id) ON DELETE CASCADE,
    sequence         BIGINT      NOT NULL,
    epoch            BIGINT      NOT NULL,
    encrypted_wallet TEXT        NOT NULL,
    hmac             TEXT        NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, sequence)
);
ALTER TABLE wallet_versions ALTER COLUMN encrypted_wallet SET STORAGE EXTERNAL;
