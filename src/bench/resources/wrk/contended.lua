-- All connections of a thread save the same account: each builds upon the newest sequence that any of
-- them has heard of, most are refused and told the newer one.
local wallets
local newest = 1
local turn = 0

function prepare()
  wallets = random_wallets()
end

function request()
  turn = turn + 1
  return save(1 + thread_id, newest + 1, wallets[1 + turn % 16])
end

function response(status, headers, body)
  local sequence
  if status == 200 then
    accepted = accepted + 1
    sequence = tonumber(headers["ETag"]:match('"(%d+)-'))
  elseif status == 409 then
    conflicts = conflicts + 1
    sequence = tonumber(body:match('"sequence":(%d+)'))
  else
    others = others + 1
  end
  if sequence and sequence > newest then newest = sequence end
end
