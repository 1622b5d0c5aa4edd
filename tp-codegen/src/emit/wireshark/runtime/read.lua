
-- Reading ---------------------------------------------------------------------------------------
-- A body becomes nodes: a shape, where it is (`at`, `size`), and what a reader needs of its value.
-- Nothing is shown yet, so that a reading that does not fit can be given up.

local read = {}   -- how to read each kind of shape

-- All fields of a packet: those of its bases come first.
local function fields_of(protocol, packet)
  if not packet.fields then
    packet.fields = {}
    local base = protocol.packets[packet.base]
    for _, from in ipairs({ base and fields_of(protocol, base) or {}, packet }) do
      for _, field in ipairs(from) do
        table.insert(packet.fields, field)
      end
    end
  end
  return packet.fields
end

-- The field of that name among nodes. The dot keeps names apart from what nodes have themselves.
local function named(nodes, name)
  return nodes["." .. name]
end

-- Reads `tvb` from `at` to `stop`. Pads, if there are any, are counted from `start`.
local function new_reader(tvb, start, at, stop, protocol, padded)
  return { tvb = tvb, start = start, at = at, stop = stop, protocol = protocol, padded = padded }
end

-- A number of any type as text. Lua 5.4 would write some as 5.0.
local function digits(value)
  if type(value) == "number" and math.abs(value) < 2 ^ 53 then
    return string.format("%d", value)
  end
  return tostring(value)
end

-- Ends the reading.
local function refuse(kind, shape, message, ...)
  error({ kind = kind, message = "tp." .. shape.abbr .. " " .. message:format(...) }, 0)
end

-- Takes `size` bytes and says where they are.
local function take(reader, shape, size)
  local left = reader.stop - reader.at
  if size > left then
    refuse("truncated", shape, "wants %d bytes, %d are left", size, left)
  end
  reader.at = reader.at + size
  return reader.at - size
end

-- With the padding filter on, texts and single bytes are followed by NULs up to a multiple of 4.
local function take_pads(reader, shape, node)
  local behind = (reader.at - reader.start) % 4
  if reader.padded and behind > 0 then
    node.pads = 4 - behind
    take(reader, shape, node.pads)
  end
end

local function number(reader, shape, at)
  local range = reader.tvb(at, shape.size)
  if shape.sign == "s" and not reader.tvb:raw(at, shape.size):find("[^\255]") then
    return -1
  elseif shape.size == 8 then
    return shape.sign == "i" and range:int64() or range:uint64()
  end
  return shape.sign == "i" and range:int() or range:uint()
end

function read.integer(reader, shape, node)
  node.at, node.size = take(reader, shape, shape.size), shape.size
  node.value = number(reader, shape, node.at)
  if shape.size == 1 then
    take_pads(reader, shape, node)
  end
end

read.mask = read.integer

function read.characters(reader, shape, node)
  node.at, node.size = take(reader, shape, shape.size), shape.size
end

-- The second byte of some characters in UTF-8 is one of fewer.
local SECOND = { [0xE0] = { 0xA0, 0xBF }, [0xED] = { 0x80, 0x9F }, [0xF0] = { 0x90, 0xBF },
  [0xF4] = { 0x80, 0x8F } }

-- How many bytes the character at `at` takes, 0 if there is none.
local function character_size(text, at)
  local first, second = text:byte(at, at + 1)
  local size = first < 0x80 and 1 or first < 0xC2 and 0 or first < 0xE0 and 2
    or first < 0xF0 and 3 or first < 0xF5 and 4 or 0
  local least_second, greatest_second = table.unpack(SECOND[first] or { 0x80, 0xBF })
  if size > 1 and not (second and second >= least_second and second <= greatest_second
    and #text:match("^[\128-\191]+", at + 1) >= size - 1) then
    return 0
  end
  return size
end

-- A text as one can show it: without the NUL that old programs count at its end. What is no UTF-8
-- shows as the sign for that.
local function presentable(text)
  text = text:gsub("\0$", ""):gsub("\0", "␀")
  if not text:find("[\128-\255]") then
    return text
  end
  local parts, at = {}, 1
  while at <= #text do
    local size = character_size(text, at)
    table.insert(parts, size > 0 and text:sub(at, at + size - 1) or "\239\191\189")
    at = at + math.max(size, 1)
  end
  return table.concat(parts)
end

-- The count in front of a text or list.
local function take_count(reader, shape)
  local at = take(reader, shape, 4)
  local count = reader.tvb(at, 4):uint()
  if shape.max and count > shape.max then
    refuse("limit", shape, "counts %d, more than the %d allowed", count, shape.max)
  end
  return at, count
end

function read.text(reader, shape, node)
  local at, length = take_count(reader, shape)
  take(reader, shape, length)
  node.at, node.size = at, 4 + length
  node.value = presentable(length > 0 and reader.tvb:raw(at + 4, length) or "")
  take_pads(reader, shape, node)
end

function read.list(reader, shape, node)
  node.at, node.value = take_count(reader, shape)
  node.size = 4
  -- A lie is believed only as far as there are bytes.
  local left = reader.stop - reader.at
  if node.value * shape.entry > left then
    refuse("count", shape, "counts %d entries of at least %d bytes each, %d bytes are left",
      node.value, shape.entry, left)
  end
  for index = 1, node.value do
    local entry = { at = reader.at }
    node[index] = entry
    read.fields(reader, shape.fields, entry)
    entry.size = reader.at - entry.at
  end
  node.size = reader.at - node.at
end

function read.group(reader, shape, node)
  node.at, node.size = reader.at, 0
  read.fields(reader, shape.fields, node)
  node.size = reader.at - node.at
end

function read.parameters(reader, _, node)
  node.at, node.size = reader.at, reader.stop - reader.at
  reader.at = reader.stop
end

-- A type that is unknown has no description, as many known ones.
function read.description(reader, shape, node, siblings)
  node.at, node.size = reader.at, 0
  local of_set = reader.protocol.sets[shape.set] or {}
  local described = of_set[tonumber(digits(named(siblings, shape.typefield).value))]
  read.fields(reader, described and described.description or {}, node)
  node.size = reader.at - node.at
end

local function read_field(reader, shape, nodes)
  local node = { shape = shape }
  table.insert(nodes, node)
  nodes["." .. name_of(shape)] = node
  read[shape.kind](reader, shape, node, nodes)
end

-- Reads fields into `nodes`, by position and by name. In a packet optional fields are there while
-- bytes remain; in a parameter `present` says whether they all are or none is.
function read.fields(reader, fields, nodes, present)
  local ended = false
  for _, shape in ipairs(fields) do
    if not shape.optional or present then
      read_field(reader, shape, nodes)
    elseif present == nil and not ended and reader.at < reader.stop then
      local at = reader.at
      local fits, problem = pcall(read_field, reader, shape, nodes)
      if not fits then
        if type(problem) ~= "table" then
          error(problem, 0)
        end
        table.remove(nodes)
        nodes["." .. name_of(shape)] = nil
        reader.at, ended = at, true
      end
    end
  end
end

-- Reads as far as it goes. What is wrong with it, if anything, comes back.
local function try(...)
  local whole, problem = pcall(...)
  if whole then
    return nil
  end
  if type(problem) ~= "table" then
    error(problem, 0)   -- a mistake of this program
  end
  return problem
end

-- The parameter types that a description lists: what the path leads to, in the order met.
local function types_of(nodes, path, step, found)
  local node = named(nodes, path[step].name)
  if not node then
    return found
  elseif step == #path then
    table.insert(found, tonumber(digits(node.value)))
  elseif path[step].list then
    for _, entry in ipairs(node) do
      types_of(entry, path, step + 1, found)
    end
  else
    types_of(node, path, step + 1, found)
  end
  return found
end

-- Reads a tail of parameters of these types, with their optional fields or without.
local function read_shape(reader, set, types, present)
  local tail = {}
  tail.problem = try(function()
    for _, number in ipairs(types) do
      local made = (reader.protocol.sets[set] or {})[number]
      local node = { at = reader.at, size = 0, type = number, parameter = made }
      table.insert(tail, node)
      if not made then
        error({ kind = "parameter", message = set .. " has no type " .. digits(number) }, 0)
      end
      read.fields(reader, made, node, present)
      node.size = reader.at - node.at
    end
  end)
  tail.at = reader.at
  tail.exact = not tail.problem and reader.at == reader.stop
  return tail
end

-- The reading that uses up the tail; with the optional fields if both do or none does.
local function read_tail(reader, set, types)
  local at = reader.at
  local full = read_shape(reader, set, types, true)
  if not full.exact then
    reader.at = at
    local short = read_shape(reader, set, types, false)
    if short.exact then
      return short
    end
  end
  return full
end
