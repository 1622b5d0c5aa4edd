
-- Dissecting ------------------------------------------------------------------------------------

local HEADER, LONGEST = 16, 1048576   -- bytes: of a header, of a body at most

-- Bytes 0 to 3: `TP` and two digits, or `TP` and the versions of protocol and frame as numbers.
local function header_of(tvb, at)
  local header = {
    sequence = tvb(at + 4, 4):uint(), type = tvb(at + 8, 4):uint(), length = tvb(at + 12, 4):uint(),
  }
  local written = tvb:raw(at, 4)
  if written:match("^TP%d%d$") then
    header.ascii, header.version = true, tonumber(written:sub(3))
  else
    header.version = written:byte(3)
  end
  return header
end

-- The protocol of a family that a header names. One alone takes every header, as servers do.
local function protocol_of(family, header)
  for _, protocol in ipairs(family) do
    if protocol.version == header.version and protocol.ascii == header.ascii then
      return protocol
    end
  end
  return #family == 1 and family[1] or nil
end

local function show_header(tree, tvb, at, header)
  if header.ascii then
    tree:add(made.version, tvb(at, 4))
  else
    tree:add(made.magic, tvb(at, 2))
    tree:add(made.protocolversion, tvb(at + 2, 1))
    tree:add(made.frameversion, tvb(at + 3, 1))
  end
  tree:add(made.sequence, tvb(at + 4, 4))
  local type_item = tree:add(made.type, tvb(at + 8, 4))
  return type_item, tree:add(made.length, tvb(at + 12, 4))
end

-- A few of the values, for the Info column.
local function summary(nodes)
  local words = {}
  for _, node in ipairs(nodes) do
    local shape, name = node.shape, name_of(node.shape)
    if #words == 3 then
      break
    elseif not node.at then
      -- The bytes ended here.
    elseif hides(shape) and shape.kind == "text" then
      table.insert(words, name .. "=" .. SECRET)
    elseif shape.kind == "list" then
      table.insert(words, digits(node.value) .. " " .. name)
    elseif shape.kind == "text" then
      local value = node.value
      if #value > 40 then
        value = value:sub(1, 40):gsub("[\192-\255]?[\128-\191]*$", "") .. "…"
      end
      table.insert(words, name .. '="' .. value .. '"')
    elseif shape.kind == "integer" then
      local named = shape.names and shape.names[tonumber(tostring(node.value))]
      table.insert(words, name .. "=" .. (named or digits(node.value)))
    end
  end
  return table.concat(words, " ")
end

local function tell(pinfo, record, title, words)
  words = escaped(words)
  pinfo.cols.protocol = title
  if record.place == 1 then
    pinfo.cols.info = words
  else
    pinfo.cols.info:append(", " .. words)
  end
end

local function show_links(tree, record)
  local asked, request, group = record.asked, record.request, record.group
  if asked and asked.response then
    add_generated(tree, "response_in", asked.response)
  end
  if request then
    add_generated(tree, "request_in", request.number)
    local seconds = math.floor(record.time)
    local rest = math.floor((record.time - seconds) * 1e9 + 0.5)
    add_generated(tree, "response_time", NSTime.new(seconds, rest))
  end
  if record.number then
    add_generated(tree, "group_number", record.number)
  end
  local counted = group or (asked and asked.group)
  if counted then
    add_generated(tree, "group_count", counted.count)
    if counted.last and counted.seen >= counted.count then
      add_generated(tree, "group_end_in", counted.last)
    end
  end
end

-- Reads the body, padded or not.
local function read_body(frame, tvb, at, stop, padded)
  local reader = new_reader(tvb, at, at, stop, frame.protocol, padded)
  local nodes = {}
  local problem = try(read.fields, reader, fields_of(frame.protocol, frame.packet), nodes)
  return reader, nodes, problem
end

local function read_frame(conversation, frame, tvb, at, stop)
  local record = frame.record
  if record.padded == nil then
    record.padded = conversation.padded or false
    if conversation.padding_asked and frame.packet.goes == "server" then
      -- Sent before the answer came: a client may count on an Okay.
      local reader, _, problem = read_body(frame, tvb, at, stop, false)
      local padded, _, refused = read_body(frame, tvb, at, stop, true)
      local exact = not problem and reader.at == stop
      record.padded = not exact and not refused and padded.at == stop
    end
  end
  local reader, nodes, problem = read_body(frame, tvb, at, stop, record.padded)
  frame.nodes = nodes
  -- Behind a problem nothing is left over; it cannot be read.
  frame.rest = reader.at
  describe(conversation, frame, reader)
  return problem
end

local secret_types = {}   -- of frames: whether there is something secret in them, in any protocol

-- Bytes that are of no field. In a frame of such a type they may be what is secret.
local function add_bytes(tree, abbr, range, header)
  if header and secret_types[header.type] and not tp.prefs.show_secrets then
    return tree:add(filters[abbr].label .. ": " .. SECRET)
  end
  return tree:add(made[abbr], range)
end

local function show_frame(tree, tvb, frame, stop, problem)
  show_nodes(tree, tvb, frame.nodes)
  if problem then
    remark(tree, problem.kind, problem.message)
  end
  if frame.rest < stop then
    local abbr = problem and "unread" or "trailing"
    local item = add_bytes(tree, abbr, tvb(frame.rest, stop - frame.rest), frame.header)
    if not problem then
      remark(item, "trailing", string.format("%d bytes behind the last field", stop - frame.rest))
    end
  end
end

local families = {}   -- lists of protocols that tell one another apart by their headers

-- On a port that nobody told us about, another family may know the type.
local function other_family(conversation, header)
  for _, family in ipairs(conversation.guessed and families or {}) do
    local protocol = protocol_of(family, header)
    if protocol and protocol.types[header.type] then
      conversation.family = family
      return protocol
    end
  end
end

local function dissect_frame(conversation, tvb, at, header, pinfo, tree)
  local record = next_record(pinfo)
  local stop = at + HEADER + header.length
  local protocol = record.protocol or protocol_of(conversation.family, header)
  if not record.protocol and not (protocol and protocol.types[header.type]) then
    protocol = other_family(conversation, header) or protocol
  end
  record.protocol = protocol
  local packet = protocol and protocol.types[header.type]

  local item = tree:add(tp, tvb(at, HEADER + header.length))
  local type_item = show_header(item, tvb, at, header)
  local words = "#" .. digits(header.sequence) .. " "
  if packet then
    local frame = {
      protocol = protocol, packet = packet, record = record, sequence = header.sequence,
      header = header,
    }
    local problem = read_frame(conversation, frame, tvb, at + HEADER, stop)
    if not record.followed then
      follow(conversation, frame, pinfo)
    end
    show_links(item, record)
    show_frame(item, tvb, frame, stop, problem)
    words = words .. packet.name .. " " .. summary(frame.nodes)
    if record.number then
      words = words .. string.format(" (%d of %d)", record.number, record.group.count)
      if record.number > record.group.count then
        remark(item, "surplus")
      end
    end
    if problem then
      words = words .. " [malformed]"
    end
  else
    words = words .. "type " .. digits(header.type)
    if protocol then
      remark(type_item, "unknown_type")
    else
      remark(item, "unknown_version")
    end
    if header.length > 0 then
      add_bytes(item, "unread", tvb(at + HEADER, header.length), header)
    end
  end
  words = words:gsub(" $", "")
  item:append_text(", " .. escaped(words))
  tell(pinfo, record, protocol and protocol.title or "TP", words)
  return HEADER + header.length
end

-- Whether a text begins with `opening`, or may when more of it comes.
local function begins_like(start, opening)
  local shared = math.min(#start, #opening)
  return start:sub(1, shared) == opening:sub(1, shared)
end

-- The head of an HTTP message, behind which the frames of a tunnel follow: its length, 0 if it is
-- none, nothing if more of it must come.
local function http_head(start)
  for _, opening in ipairs({ "POST /", "HTTP/1." }) do
    if begins_like(start, opening) then
      local _, stop = start:find("\r?\n\r?\n")
      return stop
    end
  end
  return 0
end

local function show_text(tvb, at, size, pinfo, tree, abbr)
  local record = next_record(pinfo)
  local item = tree:add(tp, tvb(at, size))
  local first
  for line, next_at in tvb:raw(at, size):gmatch("([^\n]+)()") do
    local text = presentable(line:gsub("\r$", ""))
    if text ~= "" then
      item:add(made[abbr], tvb(at + next_at - 1 - #line, #line), text)
      first = first or text
    end
  end
  tell(pinfo, record, "TP", abbr == "http" and first or "plain text: " .. (first or ""))
  return item
end

-- Dissects what stands at `at` and says how many bytes it takes, or 0 and how many are missing.
local function dissect_piece(conversation, tvb, at, pinfo, tree)
  local left = tvb:len() - at
  local start = tvb:raw(at, math.min(left, 4096))
  if begins_like(start, "TP") then
    if left < HEADER then
      return 0, DESEGMENT_ONE_MORE_SEGMENT
    end
    local header = header_of(tvb, at)
    if header.length > LONGEST then
      local item = tree:add(tp, tvb(at))
      local _, length_item = show_header(item, tvb, at, header)
      remark(length_item, "too_long")
      if left > HEADER then
        add_bytes(item, "unread", tvb(at + HEADER), header)
      end
      tell(pinfo, next_record(pinfo), "TP", "frame of impossible length [malformed]")
      return left
    elseif left < HEADER + header.length then
      return 0, HEADER + header.length - left
    end
    return dissect_frame(conversation, tvb, at, header, pinfo, tree)
  end
  local head = http_head(start)
  if not head and left < 4096 then
    return 0, DESEGMENT_ONE_MORE_SEGMENT
  elseif head and head > 0 then
    show_text(tvb, at, head, pinfo, tree, "http")
    return head
  elseif start:match("^[%g%s\128-\255]+$") and start:match("^%g%g%g") then
    remark(show_text(tvb, at, left, pinfo, tree, "plain"), "refusal")
    return left
  end
  local item = tree:add(tp, tvb(at))
  item:add(made.unread, tvb(at))
  remark(item, "not_tp")
  tell(pinfo, next_record(pinfo), "TP", "not a frame [malformed]")
  return left
end

local http = Dissector.get("http")

local function dissect(family, tvb, pinfo, tree)
  local conversation = conversation_of()
  if tvb:raw(0, math.min(tvb:len(), 5)) == "GET /" then
    conversation.browsed = true
  end
  if conversation.browsed then
    -- A browser looks what is here, and gets a page.
    return http:call(tvb, pinfo, tree)
  end
  conversation.family = conversation.family or family
  local at, stop = 0, tvb:len()
  while at < stop do
    local taken, missing = dissect_piece(conversation, tvb, at, pinfo, tree)
    if taken > 0 then
      at = at + taken
    elseif pinfo.can_desegment > 0 then
      pinfo.desegment_offset, pinfo.desegment_len = at, missing
      return stop
    else
      local item = tree:add(tp, tvb(at))
      local whole = stop - at >= HEADER and begins_like(tvb:raw(at, 2), "TP")
      add_bytes(item, "unread", tvb(at), whole and header_of(tvb, at))
      remark(item, "cut")
      tell(pinfo, next_record(pinfo), "TP", "part of a frame")
      return stop
    end
  end
  return stop
end
