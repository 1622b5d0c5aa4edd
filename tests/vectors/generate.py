#!/usr/bin/env python3
"""Writes the golden vectors and sessions from the schemas; `--check` only compares. See README.md."""

import json
import sys
from pathlib import Path

from generator import family, frames, parameters, session

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# The versions of a protocol, oldest first, and their schemas.
FAMILIES = [{"tp03": "protocol3.xml", "tp04": "protocol.xml"}, {"admin": "admin.xml"}]


def document(name, file, schema):
    """One vector a line, so that a change reads as one."""
    parts = {
        "packets": frames.facts(schema),
        "frames": frames.good(schema),
        "invalid": frames.bad(schema),
        "framing": frames.framing(schema),
        "parameters": parameters.tails(schema),
        "described": parameters.described(schema),
    }
    lines = [f'{{\n"protocol": "{name}",\n"schema": "{file}"']
    for part, cases in parts.items():
        rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        lines.append(f',\n"{part}": [\n{rows}\n]')
    return "".join(lines) + "\n}\n"


def main():
    written = {}
    for versions in FAMILIES:
        schemas = family.load(*(ROOT / file for file in versions.values()))
        for (name, file), schema in zip(versions.items(), schemas, strict=True):
            written[f"{name}.json"] = document(name, file, schema)
            written[f"session-{name}.txt"] = session.text(name, schema)
    stale = [name for name, text in written.items()
             if not (HERE / name).exists() or (HERE / name).read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        for name in stale:
            print(f"{name} is stale: run tests/vectors/generate.py", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (HERE / name).write_text(written[name], encoding="utf-8", newline="\n")
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
