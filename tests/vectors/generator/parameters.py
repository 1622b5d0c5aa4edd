"""Vectors of parameters: tails of which a description, or the type field alone, tells the types."""

from . import recipes, wire
from .recipes import Recipe


def decode(schema, set_name, types, tail):
    """What the schema guide says: the shape with optional fields first, then without; the one that
    fits the tail exactly is taken, and the first if neither does."""
    full = decode_shape(schema, set_name, types, tail, True)
    if full["leftover"] or full["stopped"]:
        short = decode_shape(schema, set_name, types, tail, False)
        if not short["leftover"] and not short["stopped"]:
            return short
    return full


def decode_shape(schema, set_name, types, tail, shape):
    values, stopped = [], None
    decoder = wire.Decoder("", tail)
    for index, number in enumerate(types):
        parameter = schema.sets[set_name].get(number)
        if parameter is None:
            stopped = {"kind": "UnknownType", "index": index, "type": number}
            break
        decoder.packet, before = parameter.name, decoder.at
        try:
            values.append({parameter.variant: decoder.fields(parameter.fields, shape=shape)})
        except wire.Error as error:
            decoder.at = before
            stopped = {"kind": "Malformed", "index": index, "type": number, "error": error.json()}
            break
    return {"values": values, "leftover": tail[decoder.at:].hex(), "stopped": stopped}


def case(schema, set_name, about, types, tail, same=None):
    decoded = decode(schema, set_name, types, tail)
    assert same is None or decoded["values"] == same, (about, decoded, same)
    made = {"about": about, "set": set_name, "types": types, "hex": tail.hex(), **decoded}
    return made | across(schema, set_name, types, tail, decoded["values"])


def across(schema, set_name, types, tail, values):
    """What the bytes and the values are in the other version of the protocol, if there is one."""
    if schema.other is None:
        return {}
    version = {"version": schema.other.version}
    under = version | decode(schema.other, set_name, types, tail)
    try:
        into = version | {"hex": encode_in(schema, set_name, types, values).hex()}
    except wire.Refused as refused:
        into = version | {"error": refused.json()}
    return {"under": under, "into": into}


def encode_in(schema, set_name, types, values):
    """Parameters of this version, written in the other one: the same number may be something else."""
    made = b""
    for number, value in zip(types, values):
        own = schema.sets[set_name][number]
        other = schema.other.sets[set_name].get(number)
        if other is None or other.name != own.name:
            raise wire.Refused("NotInVersion", own.name, "")
        wire.require(other.name, other.fields, value[own.variant])
        made += wire.encode(other.fields, value[own.variant])
    return made


def encode(schema, set_name, types, values):
    made = b""
    for number, value in zip(types, values, strict=True):
        parameter = schema.sets[set_name][number]
        made += wire.encode(parameter.fields, value[parameter.variant])
    return made


def of(schema, set_name, types, recipe, optional=True):
    made = []
    for number in types:
        parameter = schema.sets[set_name][number]
        made.append({parameter.variant: recipe.values(parameter.fields, optional)})
    return made


def tails(schema):
    for set_name, parameters in schema.sets.items():
        some_optional = any(f.optional for p in parameters.values() for f in p.fields)
        for number, parameter in parameters.items():
            seed = f"{schema.version}/{set_name}/{number}"
            for recipe, about, _ in recipes.each(seed):
                values = of(schema, set_name, [number], recipe)
                tail = encode(schema, set_name, [number], values)
                yield case(schema, set_name, f"{parameter.name}: {about}", [number], tail, values)
                if any(f.optional for f in parameter.fields):
                    values = of(schema, set_name, [number], recipe, False)
                    tail = encode(schema, set_name, [number], values)
                    yield case(schema, set_name, f"{parameter.name}, without its optional field: {about}",
                               [number], tail, values)
            recipe = Recipe("many", seed + "/bad")
            tail = encode(schema, set_name, [number], of(schema, set_name, [number], recipe))
            yield case(schema, set_name, f"{parameter.name}: bytes left over", [number], tail + b"\0")
            if tail:
                yield case(schema, set_name, f"{parameter.name}: cut short", [number], tail[:-1])
                yield case(schema, set_name, f"{parameter.name}: nothing", [number], b"")
        every = list(parameters)
        recipe = Recipe("many", f"{schema.version}/{set_name}/every")
        for about, types in (("every type in turn", every), ("backwards, some twice",
                                                             every[::-1] + every[:2])):
            values = of(schema, set_name, types, recipe)
            tail = encode(schema, set_name, types, values)
            yield case(schema, set_name, about, types, tail, values)
            if some_optional:
                values = of(schema, set_name, types, recipe, False)
                tail = encode(schema, set_name, types, values)
                yield case(schema, set_name, about + ", without optional fields", types, tail, values)
        first = of(schema, set_name, every[:1], recipe)
        tail = encode(schema, set_name, every[:1], first)
        yield case(schema, set_name, "a type nobody knows", [every[0], 99], tail + b"\1\2\3")
        yield case(schema, set_name, "no parameters", [], b"")
        yield case(schema, set_name, "bytes but no parameters", [], b"\0\1")


def types_of(values, path):
    """Walks the path from a description to the parameter types in it."""
    (is_list, name), rest = path[0], path[1:]
    found = values[name]
    for each in found if is_list else [found]:
        yield from types_of(each, rest) if rest else [each]


def described(schema):
    """Whole frames together with the frame that describes their parameters."""
    for packet in schema.packets:
        field = next((f for f in packet.fields if f.kind == "useparameters"), None)
        if field is None:
            continue
        every = list(schema.sets[field.set])
        seed = f"{schema.version}/{packet.name}/described"
        if not field.description:
            for number in every + [99]:
                known = [number] if number in schema.sets[field.set] else []
                recipe = Recipe("many", f"{seed}/{number}")
                tail = encode(schema, field.set, known, of(schema, field.set, known, recipe))
                yield direct(schema, packet, field, number, tail, recipe)
            continue
        for index, types in enumerate((every, every[:2], [], every[-1:] * 2)):
            recipe = Recipe("many", f"{seed}/{index}")
            values = of(schema, field.set, types, recipe)
            tail = encode(schema, field.set, types, values)
            yield by_description(schema, packet, field, types, tail, recipe, 5, 5)
        yield by_description(schema, packet, field, every[:1], b"", Recipe("many", seed), 5, 6)


def direct(schema, packet, field, number, tail, recipe):
    values = recipe.values(packet.fields)
    values[field.typefield] = number
    values[field.name] = wire.marked(field, tail)
    body = wire.encode(packet.fields, values)
    return {
        "about": f"the type field names parameter type {number}",
        "frame": wire.frame(schema, packet.id, 9, body).hex(),
        **decode(schema, field.set, [number], tail),
    }


def by_description(schema, packet, field, types, tail, recipe, wanted, got):
    values = recipe.values(packet.fields)
    values[field.typefield] = wanted
    values[field.name] = wire.marked(field, tail)
    description = schema.packet(field.description)
    described = recipe.values(description.fields)
    described["id"] = got
    describe(described, field.path, iter(types), len(types), recipe, description.fields)
    assert list(types_of(described, field.path)) == types
    if wanted == got:
        result = decode(schema, field.set, types, tail)
    else:
        result = {"values": [], "leftover": tail.hex(),
                  "stopped": {"kind": "WrongDescription", "wanted": wanted, "got": got}}
    return {
        "about": f"types {types}" if wanted == got else "the description of something else",
        "description": wire.frame(schema, description.id, 8, wire.encode(description.fields, described)).hex(),
        "frame": wire.frame(schema, packet.id, 9, wire.encode(packet.fields, values)).hex(),
        **result,
    }


def describe(values, path, types, left, recipe, fields):
    """Puts the types where the path leads, an outer list in two entries if there are enough."""
    (is_list, name), rest = path[0], path[1:]
    field = next(each for each in fields if each.name == name)
    if not is_list:
        values[name] = next(types) if not rest else values[name]
        return
    inner = sum(1 for step in rest if step[0])
    shares = ([left - left // 2, left // 2] if left > 1 else [left]) if inner else [1] * left
    values[name] = []
    for share in shares:
        entry = recipe.values(field.fields)
        describe(entry, rest, types, share, recipe, field.fields)
        values[name].append(entry)
