
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
  tree:add(made[node.shape.abbr], tvb(node.at, node.size), node.value)
end

function show.list(tree, tvb, node)
  local item = tree:add(made[node.shape.abbr], tvb(node.at, 4))
  item:append_text(node.value == 1 and " entry" or " entries")
  item:set_len(node.size)
  local fields = node.shape.fields
  local plain = #fields == 1 and not fields[1].fields
  for index, entry in ipairs(node) do
    if plain then
      show_nodes(item, tvb, entry)
    elseif entry.size then
      show_nodes(item:add(tvb(entry.at, entry.size), "[" .. index - 1 .. "]"), tvb, entry)
    else
      show_nodes(item:add("[" .. index - 1 .. "]"), tvb, entry)
    end
  end
end

function show.group(tree, tvb, node)
  show_nodes(tree:add(made[node.shape.abbr], tvb(node.at, node.size)), tvb, node)
end

function show.parameters(tree, tvb, node)
  -- An item of no bytes would look broken.
  local item = tree
  if node.size > 0 then
    item = tree:add(made[node.shape.abbr], tvb(node.at, node.size))
  end
  if node.described_in then
    add_generated(item, "described_in", node.described_in)
  end
  if not node.tail then
    if node.size > 0 then
      remark(item, "undescribed", "no " .. node.wanted .. " seen before")
    end
    return
  end
  for _, it in ipairs(node.tail) do
    local name = it.parameter and it.parameter.name or "unknown"
    local label = string.format("%s (type %s)", name, digits(it.type))
    show_nodes(item:add(tvb(it.at, it.size), label), tvb, it)
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
