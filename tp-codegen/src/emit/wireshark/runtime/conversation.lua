
-- Conversations ---------------------------------------------------------------------------------
-- What was said before and matters: requests, descriptions, filters. Wireshark dissects a packet
-- many times and later ones in any order, but all of them once in the order of the capture. What
-- is found out then is kept per frame.

local PADDING = 0x1D00   -- the filter in SetFilters

local tcp_stream = Field.new("tcp.stream")
local conversations = {}   -- by number of the TCP stream
local records = {}         -- by packet of the capture and place in it

local function forget()
  conversations, records = {}, {}
end

local function conversation_of()
  local stream = tcp_stream()
  local key = stream and stream.value or -1
  conversations[key] = conversations[key] or { requests = {}, descriptions = {} }
  return conversations[key]
end

-- The record of the next frame in this packet of the capture.
local function next_record(pinfo)
  -- Lives as long as this dissection of the packet does.
  local place = tonumber(pinfo.private["tp"] or "0") + 1
  pinfo.private["tp"] = tostring(place)
  local key = pinfo.number .. "/" .. place
  records[key] = records[key] or { place = place }
  records[key].place = place
  return records[key]
end

local function holds(list, wanted)
  for _, entry in ipairs(list or {}) do
    if entry[1].value == wanted then
      return true
    end
  end
  return false
end

local learn = {}   -- what frames of a name change for those behind them

function learn.SetFilters(conversation, frame)
  if holds(named(frame.nodes, "filters"), PADDING) then
    conversation.padding_asked = frame.sequence
  end
end

function learn.Okay(conversation, frame)
  if conversation.padding_asked == frame.sequence then
    conversation.padded, conversation.padding_asked = true, nil
  end
end

function learn.Fail(conversation, frame)
  if conversation.padding_asked == frame.sequence then
    conversation.padding_asked = nil
  end
end

-- A new group begins.
function learn.Sequence(_, frame)
  local request = frame.record.request
  local announced = named(frame.nodes, "number")
  if request and announced then
    request.group = { count = announced.value, seen = 0 }
    frame.record.group = request.group
  end
end

-- Pairs requests and responses by their number.
local function pair(conversation, frame, pinfo)
  local record = frame.record
  if frame.packet.goes == "server" then
    record.asked = { number = pinfo.number, time = pinfo.rel_ts, name = frame.packet.name }
    conversation.requests[frame.sequence] = record.asked
  elseif frame.packet.goes == "client" and frame.sequence ~= 0 then
    local request = conversation.requests[frame.sequence]
    record.request = request
    if request then
      record.time = pinfo.rel_ts - request.time
      request.response = request.response or pinfo.number
    end
    if request and request.group then
      request.group.seen = request.group.seen + 1
      request.group.last = pinfo.number
      record.group, record.number = request.group, request.group.seen
    end
  end
end

-- The first time a frame is seen.
local function follow(conversation, frame, pinfo)
  local record = frame.record
  record.followed = true
  pair(conversation, frame, pinfo)
  local learnt = learn[frame.packet.name]
  if learnt then
    learnt(conversation, frame)
  end
  for _, of in ipairs(frame.protocol.describing[frame.packet.name] or {}) do
    local id = named(frame.nodes, of.idfield)
    if id and id.value then
      local key = frame.packet.name .. " " .. digits(id.value)
      local description = {
        types = types_of(frame.nodes, of.path, 1, {}), number = pinfo.number,
      }
      local known = conversation.descriptions[key] or { first = description }
      conversation.descriptions[key] = known
      known.latest = description
    end
  end
end

-- Finds the parameter types of a frame with parameters, and reads them.
local function describe(conversation, frame, reader)
  local node = frame.nodes[#frame.nodes]
  if not node or node.shape.kind ~= "parameters" or not node.at then
    return
  end
  local shape, record = node.shape, frame.record
  local number = named(frame.nodes, shape.typefield).value
  if not shape.described then
    record.types = { tonumber(digits(number)) }
  else
    node.wanted = shape.described .. " " .. digits(number)
    local known = conversation.descriptions[node.wanted]
    if known and not record.description then
      -- The last one before this frame; for one that came too early, the first behind it, which
      -- is known when the frame is looked at again.
      record.description = record.followed and known.first or known.latest
    end
    record.types = record.description and record.description.types
    node.described_in = record.description and record.description.number
  end
  if record.types then
    reader.at = node.at
    node.tail = read_tail(reader, shape.set, record.types)
  end
end
