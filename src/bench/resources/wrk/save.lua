-- Each thread saves its own accounts, one after the other and round again: by the time an account
-- comes again, its save before was answered long ago.
local wallets
local turn = 0
local own
local asked = false

function prepare()
  wallets = random_wallets()
  own = math.floor(accounts / thread_count)
end

function request()
  -- wrk asks the first thread once before it begins, and sends nothing.
  if thread_id == 0 and not asked then
    asked = true
    return save(1, 1, "")
  end
  local account = 1 + thread_id * own + turn % own
  local sequence = 2 + math.floor(turn / own)
  turn = turn + 1
  return save(account, sequence, wallets[1 + turn % 16])
end
