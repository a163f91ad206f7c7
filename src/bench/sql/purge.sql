-- What VersionPurge deletes, for all accounts.
WITH gone AS (
  DELETE FROM wallet_versions v USING wallet_heads h
  WHERE v.account_id = h.account_id AND v.sequence <= h.sequence - 20 RETURNING 1
)
SELECT count(*) FROM gone;
