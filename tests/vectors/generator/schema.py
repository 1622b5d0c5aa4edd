"""Reads a protocol schema as far as bytes are concerned: prose, directions and replies are skipped."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field as default, replace

FIELD_ELEMENTS = {
    "character", "integer", "string", "enumeration", "list", "group",
    "useparameters", "descparameter",
}
BARE = {"character", "integer", "string", "enumeration"}


@dataclass
class Field:
    kind: str
    name: str                     # in the newest version that has it, once versions are merged
    was: str = ""                 # in the version before, if that is another
    own_name: str = ""            # in this version
    optional: bool = False
    declared: str = ""            # packet or parameter whose element it is
    size: int = 0                 # bytes of a character, integer or enumeration
    sign: str = "unsigned"        # of an integer or enumeration
    style: str = ""               # of an enumeration
    values: dict = default(default_factory=dict)   # number by name, in schema order
    fields: list = default(default_factory=list)   # of a list's entry or a group
    newest: "Field" = None        # the same field in a newer version: JSON shows it as that does
    partial: bool = False         # there are versions that have its packet and not the field
    set: str = ""                 # parameter set of useparameters
    version: str = ""             # of the protocol whose parameters these are
    typefield: str = ""
    description: str = ""         # packet that tells the parameter types
    path: list = default(default_factory=list)     # (is it a list, name) from that packet to them

    @property
    def shown(self):
        """What JSON goes by: its sign, width and the names of its values."""
        return self.newest or self

    @property
    def blank(self):
        """Whether -1 says that it is not there, so that JSON leaves it out."""
        return self.partial and not self.optional and self.shown.sign == "semisigned"

    @property
    def bare(self):
        """Whether an entry of this list is a plain value, not an object with fields."""
        return len(self.fields) == 1 and self.fields[0].kind in BARE

    @property
    def fixed(self):
        """Bytes it always takes, or None."""
        if self.kind in ("character", "integer", "enumeration"):
            return self.size
        if self.kind == "descparameter":
            return 0
        if self.kind == "group":
            return fixed(self.fields)
        return None

    @property
    def least(self):
        """The fewest bytes it can take when it is there."""
        if self.kind in ("string", "list"):
            return 4
        if self.kind == "group":
            return least(self.fields)
        if self.kind == "useparameters":
            return 0
        return self.fixed


def fixed(fields):
    sizes = [each.fixed for each in fields]
    return None if None in sizes else sum(sizes)


def least(fields):
    return sum(each.least for each in fields if not each.optional)


@dataclass
class Parameter:
    name: str
    variant: str
    type: int
    fields: list
    was: str = ""
    own_name: str = ""


@dataclass
class Packet:
    name: str
    id: int
    base: str
    own: list
    direction: str
    was: str = ""
    own_name: str = ""
    fields: list = default(default_factory=list)


class Schema:
    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        self.version = root.get("version")
        self.other = None    # the version next to this one, once they are merged
        self.sets = {}
        for element in root.findall("parameterset"):
            name = element.get("name")
            self.sets[name] = {
                each.type: each for each in (
                    parameter(p, name, self.version) for p in element.findall("parameter"))
            }
        packets = {p.name: p for p in (packet(e, self.version) for e in root.findall("packet"))}
        self.header = packets["Header"].own
        for each in packets.values():
            # Copies, since what a base's field is in other versions depends on the packet.
            each.fields = [replace(inherited) for inherited in body(each, packets)]
            each.direction = direction(each, packets)
        self.packets = [each for each in packets.values() if each.id is not None]

    def packet(self, name):
        """The packet of that name, or None."""
        return next((each for each in self.packets if each.name == name), None)

    def packet_of(self, number):
        """The packet of that frame type, or None."""
        return next((each for each in self.packets if each.id == number), None)


def body(packet, packets):
    """The fields of all bases, then its own; the header is no part of a body."""
    if packet.name == "Header":
        return []
    before = body(packets[packet.base], packets) if packet.base else []
    return before + packet.own


def direction(packet, packets):
    """Its own, or that of the nearest base that states one."""
    return packet.direction or direction(packets[packet.base], packets)


def packet(element, version):
    number = element.get("id")
    name = element.get("name")
    return Packet(
        name, None if number is None else int(number, 0), element.get("base"),
        structure(element.find("structure"), name, version),
        (element.findtext("direction") or "").strip(), element.get("was", ""), name,
    )


def parameter(element, set_name, version):
    name = element.get("name")
    singular = set_name.removesuffix("s")
    lower = singular[0].lower() + singular[1:]
    use = element.find("usestruct")
    return Parameter(
        name, name.removeprefix(lower), int(element.get("type"), 0),
        structure(use.find("structure") if use is not None else None, name, version),
        element.get("was", ""), name,
    )


def structure(element, declared, version):
    if element is None:
        return []
    return [field(child, declared, version) for child in element if child.tag in FIELD_ELEMENTS]


def field(element, declared, version):
    name = element.find("name").text.strip()
    made = Field(element.tag, name, element.get("was", ""), name, declared=declared)
    made.version = version
    made.optional = element.get("optional") == "yes"
    if element.tag == "character":
        made.size = int(element.get("size", "1"))
    elif element.tag in ("integer", "enumeration"):
        made.size = int(element.get("size", "32")) // 8
        made.sign = element.get("type")
        made.style = element.get("style", "")
        for value in element.iterfind("values/value"):
            made.values[value.get("name")] = int(value.get("id"), 0)
    elif element.tag in ("list", "group"):
        made.fields = structure(element.find("structure"), declared, version)
    elif element.tag == "useparameters":
        made.set = element.get("ref")
        made.typefield = element.find("typefield").text.strip()
        frame = element.find("typeframe")
        if frame is not None:
            made.description = frame.get("name")
            step = frame
            while (inner := next((c for c in step if c.tag in ("getlist", "getfield")), None)) is not None:
                made.path.append((inner.tag == "getlist", inner.get("name")))
                step = inner
    return made
