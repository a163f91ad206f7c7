-- Any account signs in; all have the same password.
function request()
  local account = math.random(1, accounts)
  return post("/api/3/auth/full", "",
    '{"email":"bench' .. account .. '@example.com","password":"bench password","deviceId":"bench"}')
end
