-- What all loads share: accounts, tokens, random wallets, and the line that the program reads at the end.
-- Arguments after "--": the number of accounts, the characters of a wallet, the number of threads, and
-- how many accounts are left to others before these.

local count = 0

-- Called in the main state, once for each thread.
function setup(thread)
  thread:set("thread_id", count)
  count = count + 1
  threads = threads or {}
  table.insert(threads, thread)
end

function init(arguments)
  accounts = tonumber(arguments[1])
  characters = tonumber(arguments[2])
  thread_count = tonumber(arguments[3])
  skipped = tonumber(arguments[4])
  math.randomseed(os.time() * 31 + thread_id)
  accepted = 0
  conflicts = 0
  others = 0
  if prepare then prepare() end
end

-- The formula of BenchAccount for the first device.
function token(account)
  return string.format("%062d01", skipped + account)
end

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

-- Random, as encrypted wallets are: they do not compress.
function random_wallet()
  local text = {}
  for i = 1, characters do
    local at = math.random(1, 64)
    text[i] = alphabet:sub(at, at)
  end
  return table.concat(text)
end

-- Some wallets to choose from; making one for each request would cost more than sending it.
function random_wallets()
  local wallets = {}
  for i = 1, 16 do wallets[i] = random_wallet() end
  return wallets
end

function get(path, headers)
  return "GET " .. path .. " HTTP/1.1\r\nHost: localhost\r\n" .. headers .. "\r\n"
end

function post(path, headers, body)
  return "POST " .. path .. " HTTP/1.1\r\nHost: localhost\r\n" .. headers
    .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
end

-- The token of any account.
function any_token()
  return token(math.random(1, accounts))
end

-- No two saves are the same: the second would be taken for a retry of the first, and accepted too.
local saves = 0

function save(account, sequence, wallet)
  saves = saves + 1
  return post("/api/3/wallet", "Prefer: return=minimal\r\n",
    '{"token":"' .. token(account) .. '","encryptedWallet":"' .. wallet
    .. '","sequence":' .. sequence .. ',"hmac":"' .. string.format("%016d%048d", thread_id, saves) .. '"}')
end

local function sum(name)
  local total = 0
  for _, thread in ipairs(threads) do total = total + (thread:get(name) or 0) end
  return total
end

function done(summary, latency, requests)
  local errors = summary.errors
  print(string.format("RESULT %d %d %d %d %d %d %d %d",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    sum("accepted"), sum("conflicts")))
end
