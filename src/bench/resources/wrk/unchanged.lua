-- Any account's wallet, by a client that has it already. The formula of the tag is BenchDatabase's.
function request()
  local account = math.random(1, accounts)
  return get("/api/3/wallet", "Authorization: Bearer " .. token(account)
    .. "\r\nIf-None-Match: \"1-" .. string.format("%016x", account) .. "\"\r\n")
end
