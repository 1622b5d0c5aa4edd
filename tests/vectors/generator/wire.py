"""The wire format, both ways, told from the schema's element table rather than from the Rust code.

Values are the JSON values of the vectors. Decoding names what is wrong the way the vectors do:
kind, packet, field, offset of the bytes wanted, how many were wanted, how many there were.
"""

from dataclasses import dataclass

from .schema import fixed, least

MOST = 0xFFFFFFFF
MAX_BODY = 1 << 20


def text(raw):
    """The JSON form of a string: text where text says exactly what the bytes are."""
    try:
        if not raw.endswith(b"\0"):
            return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    return {"hex": raw.hex()}


def raw(value):
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value.encode("utf-8")


def number_of(field, value):
    """The integer behind the JSON form of an integer, an enumeration or a mask."""
    values = field.shown.values
    if field.style == "mask":
        return sum(each if isinstance(each, int) else values[each] for each in value)
    return values[value] if isinstance(value, str) else value


def json_of(field, number):
    values = field.shown.values
    if field.style == "mask":
        names = [name for name, bit in values.items() if number & bit == bit]
        rest = number & ~sum(values[name] for name in names)
        return names + ([rest] if rest else [])
    names = [name for name, each in values.items() if each == number]
    return names[0] if names else number


def marked(field, tail):
    """The JSON form of parameters as received: what their bytes mean depends on the version."""
    return f"{field.version}:{tail.hex()}"


def unmarked(field, value):
    version, _, tail = value.rpartition(":")
    assert version == field.version or not tail, f"{value} in {field.version}"
    return bytes.fromhex(tail)


class Encoder:
    def __init__(self):
        self.out = bytearray()
        self.counts = []    # (path, offset of the count): where a lie can be told
        self.ends = []      # (path, offset past the field), outermost fields only

    def fields(self, fields, values, path=""):
        for field in fields:
            if field.kind == "descparameter" or (field.optional and field.name not in values):
                continue
            value = values.get(field.name, -1) if field.blank else values[field.name]
            self.field(field, value, path + field.name)
            if not path:
                self.ends.append((field.name, len(self.out)))
        return self

    def field(self, field, value, path):
        if field.kind == "character":
            assert len(value) in (2 * field.size, 2 * field.shown.size)
            self.out += bytes.fromhex(value)[:field.size]
        elif field.kind in ("integer", "enumeration"):
            number = number_of(field, value)
            sign = field.shown.sign
            if sign == "semisigned" and number == -1:
                number = (1 << 8 * field.size) - 1
            self.out += number.to_bytes(field.size, "big", signed=sign == "signed")
        elif field.kind == "string":
            self.count(len(raw(value)), path)
            self.out += raw(value)
        elif field.kind == "list":
            self.count(len(value), path)
            for entry in value:
                self.fields(field.fields, {field.fields[0].name: entry} if field.bare else entry,
                            path + "[].")
        elif field.kind == "group":
            self.fields(field.fields, value, path + ".")
        elif field.kind == "useparameters":
            self.out += unmarked(field, value)

    def count(self, count, path):
        self.counts.append((path, len(self.out)))
        self.out += count.to_bytes(4, "big")


def encode(fields, values):
    return bytes(Encoder().fields(fields, values).out)


@dataclass
class Refused(Exception):
    """What a version cannot say, or must."""
    kind: str
    packet: str
    field: str

    def json(self):
        return {"kind": self.kind, "packet": self.packet, "field": self.field}


def encode_in(schema, frame):
    """The body of a frame of any version of the protocol, written in this one.

    A request has to say all that it says, or is refused. Of a reply, what this version has no
    field for is left out.
    """
    name, values = frame["name"], frame["fields"]
    if name == "Unknown":
        return bytes.fromhex(values["body"])
    packet = schema.packet(name)
    if packet is None:
        raise Refused("NotInVersion", name, "")
    require(name, packet.fields, values)
    known = {field.name: field for field in packet.fields}
    for field, value in values.items():
        if field not in known and packet.direction != "client":
            raise Refused("NotInVersion", name, field)
        if field in known and known[field].kind == "useparameters":
            version, _, digits = value.rpartition(":")
            if digits and version != schema.version:
                raise Refused("NotInVersion", name, field)
    return encode(packet.fields, values)


def require(name, fields, values):
    """All that is always there in this version."""
    for field in fields:
        if field.kind == "descparameter" or field.optional or field.blank:
            continue
        if field.name not in values:
            raise Refused("Missing", name, field.name)


def frame(schema, packet_type, sequence, body):
    magic = b"TP03" if schema.version == "TP03" else b"TP\x04\x00"
    return magic + b"".join(n.to_bytes(4, "big") for n in (sequence, packet_type, len(body))) + body


class Unmeasured(Exception):
    """How much memory these values take depends on the language; no vector can say."""


@dataclass
class Error(Exception):
    kind: str
    packet: str
    field: str
    offset: int
    wanted: int
    got: int

    def json(self):
        return {"kind": self.kind, "packet": self.packet, "field": self.field,
                "offset": self.offset, "wanted": min(self.wanted, MOST), "got": min(self.got, MOST)}


class Decoder:
    """Reads one body. `limits` may bound `frame`, `list`, `string` and `memory`."""

    def __init__(self, packet, body, strict=False, limits=None):
        self.packet, self.body, self.strict = packet, body, strict
        self.limits = limits or {}
        self.at = 0
        self.memory = self.limits.get("memory")
        allowed = self.limits.get("frame", MAX_BODY)
        if len(body) > allowed:
            raise Error("FrameLimit", packet, "", 0, len(body), allowed)

    @property
    def left(self):
        return len(self.body) - self.at

    def error(self, kind, path, wanted, got):
        return Error(kind, self.packet, path, self.at, wanted, got)

    def take(self, size, path):
        if self.left < size:
            raise self.error("Truncated", path, size, self.left)
        self.at += size
        return self.body[self.at - size:self.at]

    def charge(self, size, path):
        """Memory is asked for before the bytes are taken."""
        if self.memory is not None:
            if size > self.memory:
                raise self.error("MemoryLimit", path, size, self.memory)
            self.memory -= size

    def fields(self, fields, path="", shape=None):
        """`shape` tells a parameter's optional fields: all there, or none."""
        values = {}
        ended = False
        for field in fields:
            if field.kind == "descparameter" or (field.optional and shape is False):
                continue
            if not field.optional or shape is not None:
                value = self.field(field, path + field.name)
                if not (field.blank and value == -1):
                    values[field.name] = value
            elif self.left and not ended:
                before = self.at, self.memory
                try:
                    values[field.name] = self.field(field, path + field.name)
                except Error as error:
                    if self.strict or error.kind not in ("Truncated", "Count"):
                        raise
                    self.at, self.memory = before
                    ended = True
        return values

    def field(self, field, path):
        if field.kind in ("character", "integer", "enumeration") or field.fixed is not None:
            return self.fixed(field, self.take(field.fixed, path))
        if field.kind == "string":
            length = int.from_bytes(self.take(4, path), "big")
            allowed = self.limits.get("string", MOST)
            if length > allowed:
                raise self.error("StringLimit", path, length, allowed)
            if length > self.left:
                raise self.error("Truncated", path, length, self.left)
            self.charge(length, path)
            return text(self.take(length, path))
        if field.kind == "list":
            return self.list(field, path)
        if field.kind == "group":
            return self.fields(field.fields, path + ".")
        self.charge(self.left, path)
        return marked(field, self.take(self.left, path))

    def list(self, field, path):
        count = int.from_bytes(self.take(4, path), "big")
        allowed = self.limits.get("list", MOST)
        if count > allowed:
            raise self.error("ListLimit", path, count, allowed)
        if count * least(field.fields) > self.left:
            raise self.error("Count", path, count * least(field.fields), self.left)
        if self.memory is not None:
            if not (field.bare and field.fields[0].kind == "integer"):
                raise Unmeasured
            self.charge(count * field.fields[0].size, path)
        # A record is named after the packet that declares it, a bare value after this one.
        packet = self.packet
        self.packet = packet if field.bare else field.declared
        entries = []
        for _ in range(count):
            entry = self.fields(field.fields, path + "[].")
            entries.append(entry[field.fields[0].name] if field.bare else entry)
        self.packet = packet
        assert fixed(field.fields) != 0, "an entry takes bytes"
        return entries

    def fixed(self, field, taken):
        if field.kind == "character":
            return taken.ljust(field.shown.size, b"\0").hex()
        if field.kind == "group":
            values = {}
            for inner in field.fields:
                values[inner.name] = self.fixed(inner, taken[:inner.fixed])
                taken = taken[inner.fixed:]
            return values
        sign = field.shown.sign
        number = int.from_bytes(taken, "big", signed=sign == "signed")
        if sign == "semisigned" and number == (1 << 8 * field.size) - 1:
            number = -1
        return json_of(field, number) if field.kind == "enumeration" else number

    def finish(self):
        if self.strict and self.left:
            raise self.error("Trailing", "", 0, self.left)
        return self.body[self.at:]


def decode(packet, body, strict=False, limits=None):
    """The values of a body and its trailing bytes."""
    decoder = Decoder(packet.name, body, strict, limits)
    values = decoder.fields(packet.fields)
    return values, decoder.finish()
