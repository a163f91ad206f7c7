\set turn :turn + 1
\set account 1 + :client_id + :clients * (:turn % :each)
\set next 2 + :turn / :each
WITH t AS (
  SELECT account_id, epoch FROM auth_tokens
  WHERE token_hash = sha256((lpad(:account::text, 62, '0') || '01')::bytea) AND expires > now()
), h AS (
  UPDATE wallet_heads h SET sequence = :next::bigint, digest = :turn::bigint FROM t
  WHERE h.account_id = t.account_id AND h.epoch = t.epoch AND h.sequence = :next::bigint - 1
  RETURNING h.account_id, h.sequence, h.epoch
)
INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
SELECT account_id, sequence, epoch, :wallet, '0000000000000000000000000000000000000000000000000000000000000000' FROM h
RETURNING account_id;
