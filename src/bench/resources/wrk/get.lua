-- Any account's wallet.
function request()
  return get("/api/3/wallet", "Authorization: Bearer " .. token(math.random(1, accounts)) .. "\r\n")
end
