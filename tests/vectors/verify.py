#!/usr/bin/env python3
"""Says whether vectors, whoever made them, are what the encoder and decoder here make of them.

    python3 tests/vectors/verify.py FILE...

A file holds the vectors of one protocol, or a list of frames written by hand.
"""

import json
import sys
from pathlib import Path

from generate import ROOT, FAMILIES
from generator import family, frames, parameters, wire

SCHEMAS = {
    name: schema
    for versions in FAMILIES
    for name, schema in zip(versions, family.load(*(ROOT / file for file in versions.values())))
}


def body_of(schema, vector):
    """The frame type of a whole frame, its packet or None, and its body."""
    whole = bytes.fromhex(vector)
    number = int.from_bytes(whole[8:12], "big")
    body = whole[16:]
    sequence = int.from_bytes(whole[4:8], "big")
    assert whole == wire.frame(schema, number, sequence, body), "header"
    return number, schema.packet_of(number), body


def good(schema, vector):
    number, packet, body = body_of(schema, vector["hex"])
    frame, trailing = vector["frame"], bytes.fromhex(vector.get("trailing", ""))
    own = {"frame": frame} | ({"trailing": vector["trailing"]} if trailing else {})
    assert frames.read(schema, number, body) == own
    assert wire.encode_in(schema, frame) + trailing == body
    shown = frames.across(schema, number, frame, vector["sequence"],
                          body[:len(body) - len(trailing)], trailing)
    for key in ("older", "under", "into"):
        assert key not in vector or plain(vector[key]) == shown[key], shown[key]


def plain(case):
    """Without the spaces that are for people."""
    return case | {"hex": case["hex"].replace(" ", "")} if "hex" in case else case


def bad(schema, vector):
    _, packet, body = body_of(schema, vector["hex"])
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
    shown = parameters.across(schema, vector["set"], vector["types"],
                              bytes.fromhex(vector["hex"]), decoded["values"])
    assert all(vector.get(key, case) == case for key, case in shown.items()), shown


def described(schema, vector):
    _, packet, body = body_of(schema, vector["frame"])
    values, _ = wire.decode(packet, body)
    field = next(it for it in packet.fields if it.kind == "useparameters")
    types = [values[field.typefield]]
    if field.description:
        _, description, described_body = body_of(schema, vector["description"])
        description_values, _ = wire.decode(description, described_body)
        if description_values["id"] != values[field.typefield]:
            assert vector["stopped"]["kind"] == "WrongDescription"
            return
        types = list(parameters.types_of(description_values, field.path))
    decoded = parameters.decode(schema, field.set, types, wire.unmarked(field, values[field.name]))
    assert decoded == {key: vector[key] for key in decoded}, decoded


CHECKS = {"frames": good, "invalid": bad, "parameters": tail, "described": described}


def main():
    for name in sys.argv[1:]:
        vectors = json.loads(Path(name).read_text(encoding="utf-8"))
        if isinstance(vectors, list):
            parts = {"frames": [(SCHEMAS[each["protocol"]], each) for each in vectors]}
        else:
            schema = SCHEMAS[vectors["protocol"]]
            assert vectors["packets"] == list(frames.facts(schema)), f"{name}: packets"
            parts = {part: [(schema, each) for each in vectors[part]] for part in CHECKS}
        for part, cases in parts.items():
            for schema, vector in cases:
                try:
                    CHECKS[part](schema, vector)
                except (AssertionError, wire.Error, wire.Refused) as error:
                    sys.exit(f"{name}: {part}: {vector}: {error!r}")
            print(f"{name}: {len(cases)} {part}")


if __name__ == "__main__":
    main()
