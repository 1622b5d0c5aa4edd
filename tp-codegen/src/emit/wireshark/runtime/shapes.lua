-- Shapes ----------------------------------------------------------------------------------------
-- What the schemas say, as the tables further down write it. A shape knows how to be read and to
-- be shown; `abbr` is its display filter, without the `tp.` that all of them start with.

local filters = {}   -- every field of Wireshark's, by display filter: type, label, base, names, mask

-- Protocols that share a display filter share the field; the names of its values add up.
local function filter(abbr, label, ftype, base, names, mask)
  local known = filters[abbr]
  if not known then
    known = { label = label, ftype = ftype, base = base, mask = mask }
    filters[abbr] = known
  end
  for value, name in pairs(names or {}) do
    known.names = known.names or {}
    known.names[value] = known.names[value] or name
  end
end

local FTYPES = {
  u = { [8] = ftypes.UINT8, [32] = ftypes.UINT32, [64] = ftypes.UINT64 },
  i = { [8] = ftypes.INT8, [32] = ftypes.INT32, [64] = ftypes.INT64 },
  -- -1 and everything unsigned but all bits one: of 64 bits no type of Wireshark's has them all.
  s = { [8] = ftypes.INT64, [32] = ftypes.INT64, [64] = ftypes.UINT64 },
}

local function integer(sign, bits)
  return function(abbr, label, names)
    filter(abbr, label, FTYPES[sign][bits], base.DEC, names)
    return {
      kind = "integer", abbr = abbr, sign = sign, size = bits / 8, least = bits / 8, names = names,
    }
  end
end

local u8, u32, u64 = integer("u", 8), integer("u", 32), integer("u", 64)
local i8, i32, i64 = integer("i", 8), integer("i", 32), integer("i", 64)
local s8, s32, s64 = integer("s", 8), integer("s", 32), integer("s", 64)

-- An integer of bits that have names.
local function mask(bits, abbr, label, names)
  local shape = {
    kind = "mask", abbr = abbr, sign = "u", size = bits / 8, least = bits / 8, bits = {},
  }
  filter(abbr, label, FTYPES.u[bits], base.HEX)
  for bit, name in pairs(names) do
    local of_bit = abbr .. "." .. name:lower()
    filter(of_bit, name, ftypes.BOOLEAN, bits, nil, bit)
    table.insert(shape.bits, { bit = bit, abbr = of_bit })
  end
  table.sort(shape.bits, function(a, b) return a.bit < b.bit end)
  return shape
end

-- A counted string, of at most `max` bytes if there is a bound.
local function text(abbr, label, max)
  filter(abbr, label, ftypes.STRING)
  return { kind = "text", abbr = abbr, max = max, least = 4 }
end

-- Raw bytes.
local function characters(count, abbr, label)
  filter(abbr, label, ftypes.BYTES)
  return { kind = "characters", abbr = abbr, size = count, least = count }
end

local function least(fields)
  local sum = 0
  for _, field in ipairs(fields) do
    sum = sum + (field.optional and 0 or field.least)
  end
  return sum
end

-- Whether one of the fields is secret, or something in it.
local function any_secret(fields)
  for _, field in ipairs(fields) do
    if field.secret then
      return true
    end
  end
  return false
end

-- A counted list, of at most `max` entries if there is a bound; its filter is the count.
local function list(abbr, label, fields, max)
  filter(abbr, label, ftypes.UINT32, base.DEC)
  return {
    kind = "list", abbr = abbr, fields = fields, max = max, least = 4, entry = least(fields),
    secret = any_secret(fields),
  }
end

-- Fields under one name.
local function group(abbr, label, fields)
  filter(abbr, label, ftypes.NONE)
  return {
    kind = "group", abbr = abbr, fields = fields, least = least(fields), secret = any_secret(fields),
  }
end

-- The rest of a body. `path` leads from the packet `described` to the parameter types; without
-- it `typefield` is the type of the one parameter there is.
local function parameters(abbr, label, from)
  filter(abbr, label, ftypes.BYTES)
  return {
    kind = "parameters", abbr = abbr, least = 0, set = from.set, typefield = from.typefield,
    described = from.described, idfield = from.idfield, path = from.path,
  }
end

-- What a description says about a parameter of the type that `typefield` holds.
local function description(abbr, from)
  return { kind = "description", abbr = abbr, least = 0, set = from.set, typefield = from.typefield }
end

-- May be missing.
local function optional(shape)
  shape.optional = true
  return shape
end

-- Not to be shown unless that is asked for.
local function secret(shape)
  shape.secret = true
  return shape
end

-- The name of a shape among its neighbours.
local function name_of(shape)
  shape.name = shape.name or shape.abbr:match("[^.]*$")
  return shape.name
end

-- Protocols -------------------------------------------------------------------------------------

local protocols = {}   -- in the order of the schemas
local latest           -- the one that packets and parameters belong to

local function protocol(made)
  made.packets, made.types, made.sets = {}, {}, {}
  table.insert(protocols, made)
  latest = made
end

-- A parameter of a set: in front its type, then the fields a frame carries.
local function parameter(set, made)
  made.secret = any_secret(made)
  latest.sets[set] = latest.sets[set] or {}
  latest.sets[set][made.type] = made
end

-- A packet: behind its name and such, the fields it adds to those of its base.
local function packet(made)
  latest.packets[made.name] = made
  if made.id then
    latest.types[made.id] = made
  end
end
