
-- Showing ---------------------------------------------------------------------------------------

local tp = Proto("tp", "Thousand Parsec")
local made = {}     -- Wireshark's fields, by display filter
local marks = {}    -- its expert infos, by name
local show = {}     -- how to show each kind of shape

-- What stands in no schema. The filters of packets have a dot in them; these have none.
local function own_filters()
  filter("version", "Version", ftypes.STRING)
  filter("magic", "Magic", ftypes.STRING)
  filter("protocolversion", "Protocol version", ftypes.UINT8, base.DEC)
  filter("frameversion", "Frame version", ftypes.UINT8, base.DEC)
  filter("sequence", "Sequence number", ftypes.UINT32, base.DEC)
  filter("length", "Length of the body", ftypes.UINT32, base.DEC)
  filter("pads", "Pads", ftypes.BYTES)
  filter("trailing", "Bytes behind the last field", ftypes.BYTES)
  filter("unread", "Bytes that cannot be read", ftypes.BYTES)
  filter("plain", "Plain text", ftypes.STRING)
  filter("http", "HTTP", ftypes.STRING)
  filter("request_in", "Request in", ftypes.FRAMENUM, base.NONE)
  filter("response_in", "Response in", ftypes.FRAMENUM, base.NONE)
  filter("response_time", "Time since the request", ftypes.RELATIVE_TIME)
  filter("group_number", "Number in the group", ftypes.UINT32, base.DEC)
  filter("group_count", "Frames in the group", ftypes.UINT32, base.DEC)
  filter("group_end_in", "Group ends in", ftypes.FRAMENUM, base.NONE)
  filter("described_in", "Described in", ftypes.FRAMENUM, base.NONE)
  filters.request_in.names, filters.response_in.names = frametype.REQUEST, frametype.RESPONSE
  local names = {}
  for _, protocol in ipairs(protocols) do
    for id, packet in pairs(protocol.types) do
      names[id] = names[id] or packet.name
    end
  end
  filter("type", "Type", ftypes.UINT32, base.DEC, names)
end

local function make_fields()
  own_filters()
  local fields = {}
  for abbr, it in pairs(filters) do
    made[abbr] = ProtoField.new(it.label, "tp." .. abbr, it.ftype, it.names, it.base, it.mask)
    table.insert(fields, made[abbr])
  end
  tp.fields = fields
end

local function make_marks()
  local function mark(name, label, group, severity)
    marks[name] = ProtoExpert.new("tp.expert." .. name, label, group, severity)
  end
  local error, warn, note = expert.severity.ERROR, expert.severity.WARN, expert.severity.NOTE
  mark("not_tp", "Not a frame of Thousand Parsec", expert.group.MALFORMED, error)
  mark("too_long", "Longer than a frame may be", expert.group.MALFORMED, error)
  mark("cut", "The capture ends inside the frame", expert.group.MALFORMED, error)
  mark("truncated", "Frame ends inside a field", expert.group.MALFORMED, error)
  mark("count", "List counts more entries than there are", expert.group.MALFORMED, error)
  mark("limit", "More than the schema allows", expert.group.MALFORMED, error)
  mark("unknown_version", "Unknown protocol version", expert.group.UNDECODED, warn)
  mark("unknown_type", "Unknown frame type", expert.group.UNDECODED, warn)
  mark("parameter", "Unknown parameter type", expert.group.UNDECODED, warn)
  mark("undescribed", "Parameters without a description", expert.group.UNDECODED, note)
  mark("unknown_value", "Value without a name", expert.group.PROTOCOL, note)
  mark("trailing", "Bytes behind the last field", expert.group.PROTOCOL, note)
  mark("surplus", "More frames than Sequence announced", expert.group.SEQUENCE, note)
  mark("refusal", "Plain text in place of frames", expert.group.RESPONSE_CODE, warn)
  local experts = {}
  for _, it in pairs(marks) do
    table.insert(experts, it)
  end
  tp.experts = experts
end

-- Marks an item, in general words unless there are better ones.
local function remark(item, name, message)
  if message then
    item:add_proto_expert_info(marks[name], message)
  else
    item:add_proto_expert_info(marks[name])
  end
end

-- Fields made up here, such as links to other frames.
local function add_generated(tree, abbr, value)
  tree:add(made[abbr], value):set_generated(true)
end

-- What is not text, as code points from and to: a terminal obeys it, it turns the order of what
-- stands around it, or nobody sees it. `tp_frames::printable` has the same table.
local NOT_TEXT = {
  { 0x0, 0x1F }, { 0x7F, 0x9F }, { 0xAD, 0xAD }, { 0x34F, 0x34F }, { 0x61C, 0x61C },
  { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x200B, 0x200F },
  { 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0x2800, 0x2800 }, { 0x3164, 0x3164 },
  { 0xFDD0, 0xFDEF }, { 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 },
  { 0xFFF0, 0xFFFB }, { 0x1BCA0, 0x1BCA3 }, { 0x1D159, 0x1D159 }, { 0x1D173, 0x1D17A },
  { 0xE0000, 0xE0FFF },
}
local ESCAPED = { [0x9] = "\\t", [0xA] = "\\n", [0xD] = "\\r" }

local function is_text(code)
  for _, range in ipairs(NOT_TEXT) do
    if code >= range[1] and code <= range[2] then
      return false
    end
  end
  return code % 0x10000 < 0xFFFE
end

-- A character that joiners and selectors change the look of.
local function is_base(code)
  return code ~= nil and code >= 0x600 and is_text(code)
end

local function is_selector(code)
  return code ~= nil and (code >= 0x180B and code <= 0x180F and code ~= 0x180E
    or code >= 0xFE00 and code <= 0xFE0F)
end

-- The code points of a text in UTF-8.
local function codes_of(text)
  local codes = {}
  for character in text:gmatch("[^\128-\191][\128-\191]*") do
    local code = character:byte()
    if #character > 1 then
      code = code % 2 ^ (7 - #character)
    end
    for index = 2, #character do
      code = code * 64 + character:byte(index) % 64
    end
    table.insert(codes, { code = code, character = character })
  end
  return codes
end

-- A text from elsewhere as a person can be shown it: what is not text is escaped.
local function escaped(text)
  text = presentable(text)
  if not text:find("[%c\194-\244]") then
    return text
  end
  local parts, before, codes = {}, nil, codes_of(text)
  for index, it in ipairs(codes) do
    local code, next_code = it.code, codes[index + 1] and codes[index + 1].code
    local shown
    if code == 0x200C or code == 0x200D then
      shown = (is_base(before) or is_selector(before)) and is_base(next_code)
    elseif is_selector(code) then
      shown = is_base(before)
    else
      shown = is_text(code)
    end
    before = shown and code or nil
    table.insert(parts, shown and it.character or ESCAPED[code] or string.format("\\u{%x}", code))
  end
  return table.concat(parts)
end

local SECRET = "[secret]"   -- stands in place of what is not shown

-- Whether there is something in a shape, a packet or a parameter that is not to be shown. Where
-- there is, no item may stand for its bytes: they go with an item into whatever is exported.
local function hides(shape)
  return shape ~= nil and shape.secret and not tp.prefs.show_secrets
end

local function show_nodes(tree, tvb, nodes)
  for _, node in ipairs(nodes) do
    -- What the bytes end in was never read.
    if node.at then
      show[node.shape.kind](tree, tvb, node)
      if node.pads then
        tree:add(made.pads, tvb(node.at + node.size, node.pads))
      end
    end
  end
end

function show.integer(tree, tvb, node)
  local shape, range = node.shape, tvb(node.at, node.size)
  local item
  if shape.sign == "s" and shape.size < 8 then
    item = tree:add(made[shape.abbr], range, Int64.new(node.value))
  else
    item = tree:add(made[shape.abbr], range)
    if shape.sign == "s" and node.value == -1 and not shape.names then
      -- A table of values for this one would show every other as unknown.
      item:set_text(filters[shape.abbr].label .. ": -1 (18446744073709551615)")
    end
  end
  if shape.names and not shape.names[tonumber(tostring(node.value))] then
    remark(item, "unknown_value", digits(node.value) .. " has no name")
  end
end

function show.mask(tree, tvb, node)
  local range = tvb(node.at, node.size)
  local item = tree:add(made[node.shape.abbr], range)
  for _, it in ipairs(node.shape.bits) do
    item:add(made[it.abbr], range)
  end
  local rest = tonumber(tostring(node.value))
  for _, it in ipairs(node.shape.bits) do
    if rest / it.bit % 2 >= 1 then
      rest = rest - it.bit
    end
  end
  if rest > 0 then
    remark(item, "unknown_value", string.format("bits 0x%x have no name", rest))
  end
end

function show.characters(tree, tvb, node)
  tree:add(made[node.shape.abbr], tvb(node.at, node.size))
end

function show.text(tree, tvb, node)
  local field = made[node.shape.abbr]
  if hides(node.shape) then
    -- The bytes of its count.
    local item = tree:add(field, tvb(node.at, 4), SECRET)
    item:append_text(" (shown if the preferences of this protocol say so)")
  else
    tree:add(field, tvb(node.at, node.size), node.value)
  end
end

function show.list(tree, tvb, node)
  local item = tree:add(made[node.shape.abbr], tvb(node.at, 4))
  item:append_text(node.value == 1 and " entry" or " entries")
  local hidden = hides(node.shape)
  if not hidden then
    item:set_len(node.size)
  end
  local fields = node.shape.fields
  local plain = #fields == 1 and not fields[1].fields
  for index, entry in ipairs(node) do
    if plain then
      show_nodes(item, tvb, entry)
    elseif entry.size and not hidden then
      show_nodes(item:add(tvb(entry.at, entry.size), "[" .. index - 1 .. "]"), tvb, entry)
    else
      show_nodes(item:add("[" .. index - 1 .. "]"), tvb, entry)
    end
  end
end

function show.group(tree, tvb, node)
  local field = made[node.shape.abbr]
  if hides(node.shape) then
    show_nodes(tree:add(field), tvb, node)
  else
    show_nodes(tree:add(field, tvb(node.at, node.size)), tvb, node)
  end
end

function show.parameters(tree, tvb, node)
  local hidden = false
  for _, it in ipairs(node.tail or {}) do
    hidden = hidden or hides(it.parameter)
  end
  -- An item of no bytes would look broken.
  local item = tree
  if node.size > 0 and not hidden then
    item = tree:add(made[node.shape.abbr], tvb(node.at, node.size))
  end
  if node.described_in then
    add_generated(item, "described_in", node.described_in)
  end
  if not node.tail then
    if node.size > 0 then
      remark(item, "undescribed", "no " .. node.wanted .. " seen yet")
    end
    return
  end
  for _, it in ipairs(node.tail) do
    local name = it.parameter and it.parameter.name or "unknown"
    local label = string.format("%s (type %s)", name, digits(it.type))
    if hidden then
      show_nodes(item:add(label), tvb, it)
    else
      show_nodes(item:add(tvb(it.at, it.size), label), tvb, it)
    end
  end
  if node.tail.problem then
    remark(item, node.tail.problem.kind, node.tail.problem.message)
  elseif not node.tail.exact then
    remark(item, "trailing", "bytes behind the last parameter")
  end
end

function show.description(tree, tvb, node)
  show_nodes(tree, tvb, node)
end
