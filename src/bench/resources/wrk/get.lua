-- Any account's wallet.
function request()
  return get("/api/3/wallet", "Authorization: Bearer " .. any_token() .. "\r\n")
end
