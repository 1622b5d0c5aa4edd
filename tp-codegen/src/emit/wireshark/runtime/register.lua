
-- Ports and preferences -------------------------------------------------------------------------

-- Whether a connection that begins like this is one of ours. Random bytes do not pass.
local function family_of(tvb)
  if tvb:len() < HEADER or tvb:raw(0, 2) ~= "TP" then
    return nil
  end
  local header = header_of(tvb, 0)
  for _, family in ipairs(families) do
    for _, protocol in ipairs(family) do
      local packet = protocol.types[header.type]
      if packet and protocol.version == header.version and protocol.ascii == header.ascii
        and header.length >= least(fields_of(protocol, packet)) and header.length <= LONGEST
        and (header.ascii or tvb(3, 1):uint() == 0)
      then
        return family
      end
    end
  end
end

local tcp_port, tls_port = DissectorTable.get("tcp.port"), DissectorTable.get("tls.port")
local tls = Dissector.get("tls")
local web = Proto("tp_web", "Thousand Parsec on the ports of the web")
local taken = {}   -- ports in tables: what to undo

local function each_port(ports, visit)
  for first, last in tostring(ports):gmatch("(%d+)%-?(%d*)") do
    for port = tonumber(first), tonumber(last) or tonumber(first) do
      visit(port)
    end
  end
end

local function take_ports(ports, port_table, handler, keep)
  each_port(ports, function(port)
    local before = port_table:get_dissector(port)
    port_table:add(port, handler)
    table.insert(taken, { table = port_table, port = port, handler = handler, before = before })
    if keep then
      keep[port] = before
    end
  end)
end

local function give_ports_back()
  for index = #taken, 1, -1 do
    local it = taken[index]
    it.table:remove(it.port, it.handler)
    if it.before then
      it.table:add(it.port, it.before)
    end
  end
  taken = {}
end

-- On the ports of the web most is none of ours: only what begins with a frame, or asks for a
-- tunnel the way clients of Thousand Parsec do, is taken.
local usual = {}   -- whose such a port is

-- Nothing if more bytes must come before one can tell.
local function is_ours(tvb)
  local start = tvb:raw(0, math.min(tvb:len(), 4096))
  if family_of(tvb) then
    return true
  elseif #start < HEADER and begins_like(start, "TP") then
    return nil
  elseif not begins_like(start, "POST /") then
    return false
  end
  local head = http_head(start)
  if not head then
    -- The head of a tunnel is short.
    if #start == 4096 then
      return false
    end
    return nil
  end
  start = start:sub(1, head):lower()
  local length = start:match("\ncontent%-length: *(%d+)")
  return start:match("^post %S*/" .. ("%w"):rep(12) .. " http/1%.") ~= nil
    and (length == nil or tonumber(length) == 0)
end

function web.dissector(tvb, pinfo, tree)
  local conversation = conversation_of()
  if conversation.ours == nil then
    local ours = is_ours(tvb)
    if ours == nil and pinfo.can_desegment > 0 then
      pinfo.desegment_offset, pinfo.desegment_len = 0, DESEGMENT_ONE_MORE_SEGMENT
      return tvb:len()
    end
    conversation.ours = ours or false
  end
  if conversation.ours then
    return dissect(families[1], tvb, pinfo, tree)
  end
  local other = usual[pinfo.match_uint]
  return other and other:call(tvb, pinfo, tree) or 0
end

local handlers = {}   -- of each family

local function take_all_ports()
  for index, family in ipairs(families) do
    local prefix = index == 1 and "" or family.name .. "_"
    take_ports(tp.prefs[prefix .. "ports"], tcp_port, handlers[index])
    take_ports(tp.prefs[prefix .. "tls_ports"], tls_port, handlers[index])
    take_ports(tp.prefs[prefix .. "tls_ports"], tcp_port, tls)
  end
  usual = {}
  take_ports(tp.prefs.web_ports, tcp_port, web, usual)
  take_ports(tp.prefs.web_tls_ports, tls_port, web, usual)
end

-- A version that came before is of the same family; a version that came twice begins another.
local function make_families()
  for _, protocol in ipairs(protocols) do
    for id, packet in pairs(protocol.types) do
      secret_types[id] = secret_types[id] or any_secret(fields_of(protocol, packet))
    end
    protocol.describing = {}
    for _, packet in pairs(protocol.packets) do
      for _, field in ipairs(packet) do
        if field.kind == "parameters" and field.described then
          local of = protocol.describing[field.described] or {}
          protocol.describing[field.described] = of
          table.insert(of, { idfield = field.idfield, path = field.path })
        end
      end
    end
    local main = families[1] or {}
    local twice = false
    for _, other in ipairs(main) do
      twice = twice or other.version == protocol.version and other.ascii == protocol.ascii
    end
    if #main == 0 or twice then
      table.insert(families, { name = protocol.name, protocol })
    else
      table.insert(main, protocol)
    end
  end
end

local function make_preferences()
  for index, family in ipairs(families) do
    local prefix = index == 1 and "" or family.name .. "_"
    local whose = index == 1 and "" or " of " .. family.name
    local first = family[1]
    tp.prefs[prefix .. "ports"] = Pref.range("TCP ports" .. whose, first.ports,
      "Ports on which frames travel as they are; a tunnel through HTTP is seen there as well", 65535)
    tp.prefs[prefix .. "tls_ports"] = Pref.range("TLS ports" .. whose, first.tls_ports,
      "Ports on which frames travel within TLS", 65535)
  end
  tp.prefs.web_ports = Pref.range("HTTP ports", "80",
    "Ports shared with the web, on which frames travel behind an HTTP request", 65535)
  tp.prefs.web_tls_ports = Pref.range("HTTPS ports", "443",
    "Ports shared with the web, on which frames travel within TLS", 65535)
  tp.prefs.show_secrets = Pref.bool("Show secrets", false,
    "Passwords and keys stand in fields and columns; the bytes of packets have them in any case")
end

make_families()
make_fields()
make_marks()
make_preferences()

for index, family in ipairs(families) do
  local handler = tp
  if index > 1 then
    handler = Proto("tp_" .. family.name, "Thousand Parsec " .. family.name)
  end
  function handler.dissector(tvb, pinfo, tree)
    return dissect(family, tvb, pinfo, tree)
  end
  handlers[index] = handler
end

function tp.init()
  forget()
end

function tp.prefs_changed()
  give_ports_back()
  take_all_ports()
end

-- Elsewhere, a connection that begins with a frame is ours from then on.
local function guess(tvb, pinfo, tree)
  local conversation = conversation_of()
  local family = conversation.guessed or family_of(tvb)
  if not family then
    return false
  end
  conversation.guessed = family
  dissect(family, tvb, pinfo, tree)
  return true
end

tp:register_heuristic("tcp", function(tvb, pinfo, tree)
  local ours = guess(tvb, pinfo, tree)
  if ours then
    pinfo.conversation = tp
  end
  return ours
end)
tp:register_heuristic("tls", guess)
take_all_ports()
