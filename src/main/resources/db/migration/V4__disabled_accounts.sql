-- An account that the operator has disabled: nobody can log in, and it has no tokens. A new column
-- without a default is there at once; rather fail than hold up every login behind a long back-up.
SET LOCAL lock_timeout = '10s';
ALTER TABLE accounts ADD COLUMN disabled_at TIMESTAMPTZ;
