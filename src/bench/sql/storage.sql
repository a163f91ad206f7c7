-- Rows as the server makes them. Wallets are random, as encrypted ones are: they do not compress.
DO 'BEGIN PERFORM setseed(0.5); END';
CREATE UNLOGGED TABLE texts (kind int, id int, content text, PRIMARY KEY (kind, id));
INSERT INTO texts
SELECT kind, id, left(translate(encode(decode(hex, 'hex'), 'base64'), E'\n', ''), kind)
FROM (VALUES (1000), (20000)) k (kind), generate_series(1, 100) id,
     LATERAL (SELECT string_agg(md5(random()::text || n || id), '') AS hex FROM generate_series(1, kind / 20) n) h;

INSERT INTO accounts (email, email_normalized, email_key, password_hash, client_salt_seed, verified)
SELECT e, e, sha256(e::bytea),
       '$argon2id$v=19$m=19456,t=2,p=1$' || left(encode(sha256(('s' || n)::bytea), 'base64'), 22) || '$'
         || left(encode(sha256(('h' || n)::bytea), 'base64'), 43),
       encode(sha256(n::text::bytea), 'hex'), true
FROM generate_series(1, :accounts) n, LATERAL (SELECT 'somebody.' || n || '@example.com' AS e) email;
INSERT INTO wallet_heads (account_id, sequence) SELECT id, 20 FROM accounts;
-- The token of a device is the SHA-256 of its name, and only the SHA-256 of that is stored.
INSERT INTO auth_tokens (account_id, device_key, device_id, token_hash, epoch, expires)
SELECT id, sha256(d::bytea), d, sha256(convert_to('token ' || id || ' ' || n, 'UTF8')), 1, now() + interval '14 days'
FROM accounts, generate_series(1, 2) n,
     LATERAL (SELECT left(encode(sha256((id || ' ' || n)::bytea), 'hex'), 36) AS d) device;

-- Twenty versions of each account, in the order in which people save: round after round.
DO $$
BEGIN
  FOR round IN 1..20 LOOP
    INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
    SELECT a.id, round, 1, t.content, encode(sha256((a.id || ' ' || round)::bytea), 'hex')
    FROM accounts a JOIN texts t ON t.kind = 1000 AND t.id = 1 + a.id % 100
    ORDER BY hashint8(a.id + round);
  END LOOP;
END $$;

-- And some large ones, in a table of the same kind.
CREATE TABLE versions_20k (LIKE wallet_versions INCLUDING ALL);
INSERT INTO versions_20k (account_id, sequence, epoch, encrypted_wallet, hmac)
SELECT a.id, 1, 1, t.content, encode(sha256(a.id::text::bytea), 'hex')
FROM accounts a JOIN texts t ON t.kind = 20000 AND t.id = 1 + a.id % 100 WHERE a.id <= :accounts / 20;
VACUUM ANALYZE;

\echo '| Bytes a row                        | table | overflow | indexes | all   |'
\pset tuples_only on
\pset format unaligned
\pset fieldsep ' | '
WITH sizes AS (
  SELECT relname, c.oid, reltuples AS n, pg_table_size(c.oid) AS tab, pg_indexes_size(c.oid) AS idx,
         coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0) AS overflow
  FROM pg_class c
  WHERE relname IN ('accounts', 'auth_tokens', 'wallet_heads', 'wallet_versions', 'versions_20k')
)
SELECT rpad(relname || ', ' || n::bigint || ' rows', 36), lpad(round((tab - overflow) / n)::text, 5),
       lpad(round(overflow / n)::text, 8), lpad(round(idx / n)::text, 7), lpad(round((tab + idx) / n)::text, 5)
FROM sizes ORDER BY relname NOT LIKE 'a%', relname NOT LIKE 'w%', relname DESC;
