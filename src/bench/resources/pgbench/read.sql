\set account random(1, :accounts)
SELECT h.sequence, h.digest, v.encrypted_wallet, v.hmac
FROM auth_tokens t
JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
LEFT JOIN wallet_versions v ON v.account_id = h.account_id AND v.sequence = h.sequence
WHERE t.token_hash = sha256((lpad(:account::text, 62, '0') || '01')::bytea) AND t.expires > now();
