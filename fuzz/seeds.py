#!/usr/bin/env python3
"""Writes the seeds of `frames` and `framing` from the golden vectors, and one schema of each kind.

A few of each are enough for a fuzzer to start from; it finds the rest.
"""

import json
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "tests" / "vectors"
PROTOCOLS = ["tp03", "tp04", "admin"]
# The shapes that differ; frames of plain lists of ids are all alike.
SHAPES = {"Okay", "Fail", "Object", "Order", "Game", "Design", "Message", "ObjectDesc", "ObjectIDs",
          "Player", "TimeRemaining", "Features", "CommandDesc", "LogMessage", "Component"}
SCHEMA = """<?xml version="1.0"?>
<!DOCTYPE protocol SYSTEM "protocol.dtd">
<protocol version="TP04">
  <parameterset name="Ps"><parameter name="p" type="0"><usestruct><structure>
    <integer type="semisigned" size="8" optional="yes"><name>i</name></integer>
    <list max="3"><name>l</name><structure><string><name>s</name></string></structure></list>
  </structure></usestruct></parameter></parameterset>
  <packet name="Header"><direction>any</direction><structure>
    <character size="4"><name>version</name></character>
    <integer type="unsigned"><name>sequence</name></integer>
    <integer type="unsigned"><name>type</name></integer>
    <integer type="unsigned"><name>length</name></integer>
  </structure></packet>
  <packet name="A" base="Header" id="0x1"><direction>client</direction><structure>
    <integer type="signed" size="64"><name>id</name></integer>
    <list><name>types</name><structure><integer type="unsigned"><name>t</name></integer>
      <group><name>g</name><structure><string><name>type</name></string></structure></group>
    </structure></list>
  </structure></packet>
  <packet name="B" base="A" id="2"><direction>server</direction><structure>
    <enumeration type="unsigned" style="mask"><name>m</name>
      <values><value id="1" name="one">&amp;</value></values></enumeration>
    <useparameters ref="Ps"><name>ps</name><typefield>id</typefield>
      <typeframe name="A" idfield="id"><getlist name="types"><getfield name="t"/></getlist></typeframe>
    </useparameters>
  </structure><reply packet="A" sequence="maybe"/><note><![CDATA[n]]></note></packet>
</protocol>
"""


def main():
    seeds = HERE / "seeds"
    shutil.rmtree(seeds, ignore_errors=True)
    for target in ("frames", "framing", "schema"):
        (seeds / target).mkdir(parents=True)
    for number, protocol in enumerate(PROTOCOLS):
        seen, stream = {}, b""
        for vector in json.loads((VECTORS / f"{protocol}.json").read_text())["frames"]:
            name, frame = vector["frame"]["name"], bytes.fromhex(vector["hex"])
            seen[name] = seen.get(name, 0) + 1
            # Of each, the empty one and the one with three entries a list.
            if name in SHAPES and seen[name] in (1, 4):
                file = seeds / "frames" / f"{protocol}-{name}-{seen[name]}"
                rest = frame[8:12] + frame[16:]
                file.write_bytes(bytes([number]) + rest)
                # Read as padded; where the pads go, the fuzzer finds.
                file.with_name(f"{file.name}-padded").write_bytes(bytes([number + 3]) + rest)
                stream += frame[:300]
        (seeds / "framing" / protocol).write_bytes(b"\7" + stream[:2000])
    (seeds / "schema" / "small.xml").write_text(SCHEMA)
    (seeds / "schema" / "short.xml").write_text('<protocol version="TP03"><packet name="P"/></protocol>')


if __name__ == "__main__":
    main()
