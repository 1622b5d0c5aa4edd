"""Vectors of whole frames: good ones, and bad ones with the error they must give."""

from . import family, recipes, wire
from .recipes import Recipe
from .schema import Field, least


def case(schema, packet, about, values, sequence, trailing=b""):
    """`values` are what this version draws; a newer one may show the same bytes in other values."""
    body = wire.encode(packet.fields, values)
    shown, behind = wire.decode(packet, body + trailing)
    assert behind == trailing, (packet.name, about, behind)
    assert wire.encode(packet.fields, shown) == body, (packet.name, about, values, shown)
    return vector(schema, packet.id, about, {"name": packet.name, "fields": shown}, sequence,
                  body, trailing)


def vector(schema, number, about, frame, sequence, body, trailing=b""):
    made = {
        "about": about,
        "hex": wire.frame(schema, number, sequence, body + trailing).hex(),
        "sequence": sequence,
        "frame": frame,
    }
    if trailing:
        made["trailing"] = trailing.hex()
    return made | across(schema, number, frame, sequence, body, trailing)


def across(schema, number, frame, sequence, body, trailing):
    """What becomes of the frame in the other version of its protocol, if there is one."""
    if schema.other is None:
        return {}
    made = {}
    packet = schema.packet(frame["name"])
    if packet is not None:
        older = family.in_older_words(packet.fields, frame["fields"])
        if older != frame["fields"]:
            made["older"] = {"name": packet.own_name, "fields": older}
    under = read(schema.other, number, body + trailing)
    if under == {"frame": frame} | ({"trailing": trailing.hex()} if trailing else {}):
        under = {}
    made["under"] = {"version": schema.other.version} | under
    try:
        written = wire.encode_in(schema.other, frame)
        into = {"hex": wire.frame(schema.other, number, sequence, written).hex()}
        if written == body:
            into = {}
    except wire.Refused as refused:
        into = {"error": refused.json()}
    made["into"] = {"version": schema.other.version} | into
    return made


def read(schema, number, body):
    """A body as the frame type makes it in that version, or the error."""
    packet = schema.packet_of(number)
    if packet is None:
        return {"frame": unknown(number, body)}
    try:
        values, trailing = wire.decode(packet, body)
    except wire.Error as error:
        return {"error": error.json()}
    made = {"frame": {"name": packet.name, "fields": values}}
    if trailing:
        made["trailing"] = trailing.hex()
    return made


def unknown(number, body):
    return {"name": "Unknown", "fields": {"type": number, "body": body.hex()}}


def facts(schema):
    for packet in schema.packets:
        yield {"name": packet.name, "type": packet.id, "direction": packet.direction,
               "least": least(packet.fields)}


def good(schema):
    for packet in schema.packets:
        optional = [each for each in packet.fields if each.optional]
        parameters = any(each.kind == "useparameters" for each in packet.fields)
        for recipe, about, fill in recipes.each(f"{schema.version}/{packet.name}"):
            if recipe.name == "odd" and not packet.fields:
                continue
            values = recipe.values(packet.fields, fill)
            yield case(schema, packet, about, values, recipe.sequence())
        if parameters:
            continue
        recipe = Recipe("many", f"{schema.version}/{packet.name}/trailing")
        yield case(schema, packet, "bytes behind the last field",
                   recipe.values(packet.fields), recipe.sequence(), b"\0\x01\xff")
        for count, absent in enumerate(optional):
            # Too few bytes for the field, so they are trailing bytes and the field is absent.
            cut = b"\0\0\0\x05abc" if absent.kind in ("string", "list") else b"\1" * (absent.size - 1)
            yield case(schema, packet, f"{absent.name} cut short counts as absent",
                       recipe.values(packet.fields, count), recipe.sequence(), cut)
        if len(optional) > 1:
            # The first absent field ends the packet, even if a later one would fit.
            yield case(schema, packet, f"nothing is read behind an absent {optional[0].name}",
                       recipe.values(packet.fields, False), recipe.sequence(), b"\xff" * 8)
    for number in (max(p.id for p in schema.packets) + 1, 0xFFFFFFFF):
        for body in (b"", b"\0\1\2\xff"):
            yield vector(schema, number, "a frame type nobody knows", unknown(number, body), 7, body)


def bad_case(schema, packet, about, body, strict=False, limits=None):
    """The vector, unless these bytes happen to be fine."""
    try:
        wire.decode(packet, body, strict, limits)
        return
    except wire.Unmeasured:
        return
    except wire.Error as error:
        made = {
            "about": about,
            "hex": wire.frame(schema, packet.id, 1, body).hex(),
            "error": error.json(),
        }
    if strict:
        made["strict"] = True
    if limits:
        made["limits"] = limits
    yield made


def bad(schema):
    for packet in schema.packets:
        recipe = Recipe("many", f"{schema.version}/{packet.name}/bad", [b"Sol", b"Terra"])
        encoder = wire.Encoder().fields(packet.fields, recipe.values(packet.fields))
        body = bytes(encoder.out)
        starts = [0] + [end for _, end in encoder.ends]
        for (name, end), start in zip(encoder.ends, starts):
            if end == start:
                continue
            where_cut = ((start, "before"), (end - 1, "inside"))
            for cut, where in where_cut if start == 0 else where_cut[1:]:
                yield from bad_case(schema, packet, f"ends {where} {name}", body[:cut])
                if packet_field(packet, name).optional:
                    # In strict decoding an optional field cut short is an error as well.
                    yield from bad_case(schema, packet, f"ends inside {name}, strict", body[:cut],
                                        strict=True)
        # Lies are believed only as far as there are bytes. One count of every name is enough.
        for path, at in dict(encoder.counts).items():
            if packet_field(packet, path).optional:
                continue
            lie = body[:at] + b"\xff\xff\xff\xff" + body[at + 4:]
            yield from bad_case(schema, packet, f"{path} claims 4294967295", lie)
            left = len(body) - at - 4
            one = body[:at] + (left + 1).to_bytes(4, "big") + body[at + 4:]
            yield from bad_case(schema, packet, f"{path} claims {left + 1} of {left} bytes", one)
        yield from bad_case(schema, packet, "bytes behind the last field, strict",
                            body + b"\0", strict=True)
        yield from limited(schema, packet, body)
    unknown = max(p.id for p in schema.packets) + 1
    yield {
        "about": "a frame type nobody knows, larger than allowed",
        "hex": wire.frame(schema, unknown, 1, b"abcde").hex(),
        "limits": {"frame": 4},
        "error": wire.Error("FrameLimit", "Unknown", "", 0, 5, 4).json(),
    }


def packet_field(packet, path):
    return next(each for each in packet.fields if each.name == path.split(".")[0].split("[")[0])


def limited(schema, packet, body):
    if body:
        yield from bad_case(schema, packet, "larger than allowed", body,
                            limits={"frame": len(body) - 1})
    kinds = {each.kind for each in walk(packet.fields)}
    if "string" in kinds:
        yield from bad_case(schema, packet, "a string longer than allowed", body, limits={"string": 4})
    if "list" in kinds:
        yield from bad_case(schema, packet, "a list longer than allowed", body, limits={"list": 2})
    if kinds & {"string", "useparameters"}:
        yield from bad_case(schema, packet, "more memory than allowed", body, limits={"memory": 6})


def walk(fields):
    for field in fields:
        assert isinstance(field, Field)
        yield field
        yield from walk(field.fields)


def framing(schema):
    start = b"TP03" if schema.version == "TP03" else b"TP\x04\x00"
    yield {"about": "nothing yet", "hex": "", "result": "incomplete"}
    yield {"about": "a header but for its last byte", "hex": wire.frame(schema, 0, 1, b"")[:15].hex(),
           "result": "incomplete"}
    yield {"about": "a body but for its last byte",
           "hex": wire.frame(schema, 2, 1, b"\0\0\0\1")[:19].hex(), "result": "incomplete"}
    yield {"about": "the largest body allowed is waited for",
           "hex": (start + b"\0\0\0\1\0\0\0\0" + wire.MAX_BODY.to_bytes(4, "big")).hex(),
           "result": "incomplete"}
    for length in (wire.MAX_BODY + 1, 0xFFFFFFFF):
        yield {"about": "a body larger than 1 MiB is not waited for",
               "hex": (start + b"\0\0\0\1\0\0\0\0" + length.to_bytes(4, "big")).hex(),
               "error": {"kind": "TooLong", "length": length, "allowed": wire.MAX_BODY}}
    for greeting in (b"You are not running a Thousand Parsec client", b"HTTP/1.1 200 OK\r\n",
                     b"\x16\x03\x01" + bytes(13), b"TQ03" + bytes(12), b"tp03" + bytes(12)):
        yield {"about": "another protocol", "hex": greeting.hex(), "error": {"kind": "NotTp"}}
