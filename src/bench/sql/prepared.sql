PREPARE read_wallet (bytea) AS
SELECT h.sequence, h.digest, v.encrypted_wallet, v.hmac
FROM auth_tokens t
JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
LEFT JOIN wallet_versions v ON v.account_id = h.account_id AND v.sequence = h.sequence
WHERE t.token_hash = $1 AND t.expires > now();
PREPARE save_wallet (bytea, text) AS
WITH t AS (
  SELECT account_id, epoch FROM auth_tokens WHERE token_hash = $1 AND expires > now()
), h AS (
  UPDATE wallet_heads h SET sequence = h.sequence + 1 FROM t
  WHERE h.account_id = t.account_id AND h.epoch = t.epoch RETURNING h.account_id, h.sequence, h.epoch
)
INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
SELECT account_id, sequence, epoch, $2, 'hmac' FROM h;
-- Ten each: from the sixth on Postgres may keep one plan for all.
SELECT format('EXECUTE read_wallet(sha256(convert_to(%L, ''UTF8'')))', 'token ' || n || ' 1') FROM generate_series(1, 10) n \gexec
SELECT format('EXECUTE save_wallet(sha256(convert_to(%L, ''UTF8'')), repeat(''x'', 20000))', 'token ' || n || ' 2') FROM generate_series(1, 10) n \gexec
