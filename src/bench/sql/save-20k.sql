-- The save of WalletStore, but for the sequence: each takes the next one, so that all are accepted.
\set account random(1, :accounts)
\set text random(1, 100)
WITH t AS (
  SELECT account_id, epoch FROM auth_tokens
  WHERE token_hash = sha256(convert_to('token ' || :account || ' 1', 'UTF8')) AND expires > now()
), h AS (
  UPDATE wallet_heads h SET sequence = h.sequence + 1, digest = hashint8extended(:account, h.sequence) FROM t
  WHERE h.account_id = t.account_id AND h.epoch = t.epoch
  RETURNING h.account_id, h.sequence, h.epoch
)
INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
SELECT account_id, sequence, epoch, (SELECT content FROM texts WHERE kind = 20000 AND id = :text),
       encode(sha256((account_id || ' ' || sequence)::bytea), 'hex')
FROM h;
