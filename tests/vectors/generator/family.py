"""The versions of one protocol under the names of the newest.

What a newer schema says of the past is its `was`; everything else that has kept its name is the
same thing. JSON shows a field as the newest version has it, whatever version the bytes are of.
"""

from .schema import Schema


def load(*paths):
    """The schemas of the versions of a protocol, oldest first."""
    versions = [Schema(path) for path in paths]
    # Newest first, so that its names reach the oldest.
    for older, newer in reversed(list(zip(versions, versions[1:]))):
        merge(older, newer)
        older.other, newer.other = newer, older
    return versions


def pairs(older, newer):
    """What is the same in both: a thing that was renamed, unless the old name's thing is still there."""
    by_name = {each.own_name: each for each in older}
    for each in newer:
        renamed = each.was and each.own_name not in by_name
        name = each.was if renamed else each.own_name
        if name in by_name:
            yield by_name[name], each


def merge(older, newer):
    for one, packet in pairs(older.packets, newer.packets):
        assert one.id == packet.id, one.name
        one.name = packet.name
        merge_fields(one.fields, packet.fields)
    for name, parameters in newer.sets.items():
        known = older.sets.get(name, {})
        for one, parameter in pairs(known.values(), parameters.values()):
            assert one.type == parameter.type, one.name
            one.name, one.variant = parameter.name, parameter.variant
            merge_fields(one.fields, parameter.fields)


def merge_fields(older, newer):
    known = list(pairs(older, newer))
    for field in older + newer:
        field.partial |= not any(field is each for pair in known for each in pair)
    for one, field in known:
        assert one.kind == field.kind, one.name
        one.name, one.newest = field.name, field.shown
        one.typefield = field.typefield
        assert one.values.items() <= field.values.items(), f"{one.name}: a value was renamed or taken"
        merge_fields(one.fields, field.fields)


def in_older_words(fields, values):
    """A frame's fields, or an entry's, under the names of the version that `fields` are of."""
    by_name = {field.name: field for field in fields}
    return {by_name[name].own_name: older_value(by_name[name], value)
            for name, value in values.items()}


def older_value(field, value):
    if field.kind == "group":
        return in_older_words(field.fields, value)
    if field.kind == "list" and not field.bare:
        return [in_older_words(field.fields, entry) for entry in value]
    return value
