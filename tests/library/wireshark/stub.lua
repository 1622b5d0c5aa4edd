-- As much of Wireshark as the dissector touches, to run it in any version of Lua.
--
--   lua stub.lua DISSECTOR NUMBERS < FRAMES
--
-- FRAMES has one frame a line, in hexadecimal, each of a connection of its own. Every field goes to
-- the standard output as name, hexadecimal bytes and text; so do expert infos and titles. NUMBERS
-- is `float` to get all numbers as Lua 5.2 has them, or `integer`.

local dissector, numbers = arg[1], arg[2]
local bytes = ""          -- the frame being read
local stream, place = 0, 0

local function number(value)
  if numbers == "float" then
    return value + 0.0
  end
  return math.tointeger and math.tointeger(value) or value
end

-- 64 bits as no number of Lua 5.2 is.
local function wide(of, signed)
  local digits, minus = { 0 }, signed and of:byte(1) >= 128
  for index = 1, #of do
    local carry = minus and 255 - of:byte(index) or of:byte(index)
    if minus and index == #of then
      carry = carry + 1
    end
    for digit = 1, #digits do
      local sum = digits[digit] * 256 + carry
      digits[digit], carry = sum % 10, math.floor(sum / 10)
    end
    while carry > 0 do
      table.insert(digits, carry % 10)
      carry = math.floor(carry / 10)
    end
  end
  local text = ""
  for index = #digits, 1, -1 do
    text = text .. string.format("%d", digits[index])
  end
  text = text:gsub("^0+(%d)", "%1")
  return setmetatable({}, {
    __tostring = function() return (minus and "-" or "") .. text end,
  })
end

local Range = {}
Range.__index = Range

function Range:uint()
  local value = 0
  for index = 1, #self.bytes do
    value = value * 256 + self.bytes:byte(index)
  end
  return number(value)
end

function Range:int()
  local value, limit = self:uint(), 2 ^ (8 * #self.bytes)
  return number(value >= limit / 2 and value - limit or value)
end

function Range:uint64() return wide(self.bytes, false) end
function Range:int64() return wide(self.bytes, true) end

local Tvb = {}
Tvb.__index = Tvb

function Tvb:len() return number(#bytes) end

function Tvb:raw(at, length)
  assert(at >= 0 and at + length <= #bytes, "outside the frame")
  return bytes:sub(at + 1, at + length)
end

function Tvb:__call(at, length)
  return setmetatable({ bytes = self:raw(at, length or #bytes - at) }, Range)
end

local function hexadecimal(text)
  return (text:gsub(".", function(c) return string.format("%02x", c:byte()) end))
end

local Item = {}
Item.__index = Item

local function say(name, of, value)
  local text = value == nil and "" or tostring(value)
  io.write(name, " ", of, " ", hexadecimal(text), "\n")
end

function Item:add(what, range, value)
  if type(what) == "table" and what.abbr then
    local of = type(range) == "table" and range.bytes and hexadecimal(range.bytes) or ""
    say(what.abbr, of, value)
  end
  return setmetatable({}, Item)
end

function Item:add_proto_expert_info(mark, message)
  say(mark.abbr, "", message)
end

function Item:append_text(text)
  say("title", "", text)
  return self
end

function Item:set_text() return self end
function Item:set_len() return self end
function Item:set_generated() return self end

local function nothing() end
local names = { __index = function(_, name) return name end }

base, ftypes, frametype = setmetatable({}, names), setmetatable({}, names), setmetatable({}, names)
expert = { group = setmetatable({}, names), severity = setmetatable({}, names) }
DESEGMENT_ONE_MORE_SEGMENT = -1
ProtoField = { new = function(_, abbr) return { abbr = abbr } end }
ProtoExpert = { new = function(abbr) return { abbr = abbr } end }
-- The tests compare all bytes.
Pref = { range = function(_, default) return default end, bool = function() return true end }
NSTime = { new = function() return "time" end }
Int64 = { new = function(value) return string.format("%d", value) end }
Field = { new = function() return function() return { value = number(stream) } end end }
Dissector = { get = nothing }

local handlers = {}
local tables = {
  add = function(_, port, proto) handlers[port] = proto end,
  remove = nothing, get_dissector = nothing,
}
DissectorTable = { get = function() return tables end }
Proto = function() return { prefs = {}, register_heuristic = nothing } end

dofile(dissector)

for line in io.lines() do
  local port, hex = line:match("^(%d+) (%x*)$")
  bytes = hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)
  stream = stream + 1
  local info = setmetatable({ append = nothing }, { __call = nothing })
  local pinfo = {
    number = number(stream), private = {}, cols = { info = info }, rel_ts = 0.0,
    can_desegment = number(0), match_uint = number(tonumber(port)),
  }
  io.write("frame\n")
  handlers[tonumber(port)].dissector(setmetatable({}, Tvb), pinfo, setmetatable({}, Item))
end
