#!/usr/bin/env python3
"""Says whether vectors, whoever made them, are what the encoder and decoder here make of them.

    python3 tests/vectors/verify.py FILE...

The schema is the one at the root of the project that a file names.
"""

import json
import sys
from pathlib import Path

from generator import frames, parameters, wire
from generator.schema import Schema

ROOT = Path(__file__).resolve().parent.parent.parent


def body_of(schema, vector):
    """The packet of a whole frame, nothing for a type nobody knows, and its body."""
    bytes_ = bytes.fromhex(vector)
    number = int.from_bytes(bytes_[8:12], "big")
    body = bytes_[16:]
    assert bytes_ == bytes.fromhex(wire.frame(
        schema, number, int.from_bytes(bytes_[4:8], "big"), body).hex()), "header"
    return next((it for it in schema.packets if it.id == number), None), body


def good(schema, vector):
    packet, body = body_of(schema, vector["hex"])
    if packet is None:
        assert vector["frame"]["fields"]["body"] == body.hex()
        return
    assert vector["frame"]["name"] == packet.name
    values, trailing = wire.decode(packet, body)
    assert values == vector["frame"]["fields"], values
    assert trailing.hex() == vector.get("trailing", ""), trailing
    assert wire.encode(packet.fields, vector["frame"]["fields"]) + trailing == body


def bad(schema, vector):
    packet, body = body_of(schema, vector["hex"])
    if packet is None:
        return
    try:
        wire.decode(packet, body, vector.get("strict", False), vector.get("limits"))
    except wire.Error as error:
        assert error.json() == vector["error"], error.json()
    else:
        raise AssertionError("it decodes")


def tail(schema, vector):
    decoded = parameters.decode(
        schema, vector["set"], vector["types"], bytes.fromhex(vector["hex"]))
    assert decoded == {key: vector[key] for key in decoded}, decoded


def described(schema, vector):
    packet, body = body_of(schema, vector["frame"])
    values, _ = wire.decode(packet, body)
    field = next(it for it in packet.fields if it.kind == "useparameters")
    types = [values[field.typefield]]
    if field.description:
        description, described_body = body_of(schema, vector["description"])
        description_values, _ = wire.decode(description, described_body)
        if description_values["id"] != values[field.typefield]:
            assert vector["stopped"]["kind"] == "WrongDescription"
            return
        types = list(parameters.types_of(description_values, field.path))
    decoded = parameters.decode(schema, field.set, types, bytes.fromhex(values[field.name]))
    assert decoded == {key: vector[key] for key in decoded}, decoded


CHECKS = {"frames": good, "invalid": bad, "parameters": tail, "described": described}


def main():
    for name in sys.argv[1:]:
        vectors = json.loads(Path(name).read_text(encoding="utf-8"))
        schema = Schema(ROOT / vectors["schema"])
        assert vectors["packets"] == list(frames.facts(schema)), f"{name}: packets"
        for part, check in CHECKS.items():
            for vector in vectors[part]:
                try:
                    check(schema, vector)
                except AssertionError as error:
                    sys.exit(f"{name}: {part}: {vector}: {error}")
            print(f"{name}: {len(vectors[part])} {part}")


if __name__ == "__main__":
    main()
