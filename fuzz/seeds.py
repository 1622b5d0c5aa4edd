#!/usr/bin/env python3
"""Writes the seeds: frames from the golden vectors, scripts of sessions, and a few texts of each kind.

A few of each are enough for a fuzzer to start from; it finds the rest.
"""

import json
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "tests" / "vectors"
PROTOCOLS = ["tp03", "tp04", "admin"]
PLAN = HERE.parent / "tp-frames" / "codegen.toml"
# The shapes that differ; frames of plain lists of ids are all alike.
SHAPES = {"Okay", "Fail", "Object", "Order", "Game", "Design", "Message", "ObjectDesc", "ObjectIDs",
          "Player", "TimeRemaining", "Features", "CommandDesc", "LogMessage", "Component"}
# Made for this; nobody has this key.
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBPDCB76ADAgECAhRfOkRr8/4IJheLb5d6H9UPE82lMjAFBgMrZXAwDDEKMAgG
A1UEAwwBaDAgFw0yNjExMzAyMTAxNTZaGA8yMTI2MTEwNjIxMDE1NlowDDEKMAgG
A1UEAwwBaDAqMAUGAytlcAMhAH5N4aq0M9x53gXkhBuiwDjiAU/YXWO0+fbCdJF2
dJzGo2EwXzAdBgNVHQ4EFgQUfWcoIWQz0n3/3x4sSHiqqx8BiXgwHwYDVR0jBBgw
FoAUfWcoIWQz0n3/3x4sSHiqqx8BiXgwDwYDVR0TAQH/BAUwAwEB/zAMBgNVHREE
BTADggFoMAUGAytlcANBAHoRxfV5WtCRJL70oLtqdGoJT3m1U7nREV6BJtH3DbHI
i43WQqdcCvDCrm64ioZxGUodKLCkJKA7Dx6CDkc0TQM=
-----END CERTIFICATE-----
"""
KEY = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIBZ5uARXQtteGoTo4X5t9wDbf+eAGtu4YrpXV+qbVJug
-----END PRIVATE KEY-----
"""
FINGERPRINT = ":".join(["07"] * 32)

REQUESTS = {
    "get": "GET / HTTP/1.1\r\nHost: game.example:6923\r\nAccept: text/html\r\n\r\n",
    "head": "HEAD /x?y HTTP/1.0\r\n\r\n",
    "post": "POST /a1B2c3D4e5F6 HTTP/1.0\r\nContent-Length: 0\r\nHost: h\r\n\r\nTP04",
    "old": "POST //a1B2c3D4e5F6 HTTP/1.0\nHOST:  [::1]:80 \n\n",
    "browser": "POST / HTTP/1.1\r\nHost: h\r\nOrigin: http://x.example\r\nSec-Fetch-Mode: no-cors\r\n"
    "Referer: http://x.example/\r\n\r\n",
    "proxy": "CONNECT h:1 HTTP/1.1\r\n\r\n",
}
ANSWERS = {
    "okay": "HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\nTP04",
    "interim": "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\n\r\n",
    "elsewhere": "HTTP/1.1 302 Found\r\nLocation: http://h/x\r\n\r\n",
    "login": "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n",
    "folded": "\r\nHTTP/1.1  502   Bad Gateway\r\n X: y\r\nA : b\r\n c\r\n\r\n",
    "strange": "SSH-2.0-x\r\n",
    "old": "HTTP/1.0 200 OKCache-Control: no-cache, private\nContent-Type: application/binary\n\nTP03",
    "two-ends": "HTTP/1.0 200 OK\r\nA: b\n\r\nTP04",
    "two-lengths": "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nContent-Length: 4\r\n\r\nTP04",
}
URLS = {
    "full": "tps://ada:s3%20cret@game.example:7/a%2Fgame/",
    "short": "game.example",
    "v6": "tp://[fe80::1%25eth0]:6923",
    "proxies": "tp+http://h\nhttp://a:b@p.example:3128\n\n\n10.0.0.0/8, .x.example,[::1]:80 h:81\n",
    "tls": "https://10.1.2.3/\n\np.example\n\n10.0.0.0/7\nGET",
    "all": "tphttps://[::1]\n\n\n[fd00::1]:8080\nfd00::/8\n",
}
PLANS = {
    "small.toml": 'out = "x"\n[[family]]\nname = "a"\nversions = ["a.xml"]\n',
    "twice.toml": 'out = "x"\n[[family]]\nname = "a"\nversions = []\n[[family]]\nname = "mod"\nversions = ["b"]\n',
}
RECORD = [("tp", "0.3,0.4"), ("server", "0.5"), ("sertype", "tpserver-cpp"), ("rule", "MiniSec"), ("rulever", "1"),
          ("plys", "4"), ("turn", "12"), ("next", "1795000000"), ("ln", "A game"), ("sn", "game"), ("prd", "600")]

# Which of the user's operations (`operation!`), and the type of what a server answers.
OPERATIONS = {0: "Okay", 3: "Features", 5: "Game", 6: "TimeRemaining", 8: "BoardIDs", 11: "ObjectIDs", 14: "Object",
              15: "Object", 16: "ObjectIDs", 19: "ObjectDesc", 21: "OrderDesc", 22: "OrderQueue", 26: "Order",
              30: "Message", 34: "Player", 35: "Category", 37: "Design", 38: "Component", 39: "Property"}
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


def short(number):
    return number.to_bytes(2, "big")


def vectors(protocol):
    return json.loads((VECTORS / f"{protocol}.json").read_text())


def session(protocol):
    """The frames of a session, each with its direction."""
    for line in (VECTORS / f"session-{protocol}.txt").read_text().splitlines():
        direction, _, digits = line.partition(" ")
        if direction in ("C>S", "S>C"):
            yield direction, bytes.fromhex(digits)


def scripts_of_clients():
    """Steps for `client` and `polling`: 8 asks, 0 to 7 are the server's."""
    for protocol, version in (("tp03", 2), ("tp04", 3)):
        answers = {}
        for vector in vectors(protocol)["frames"]:
            # The fullest.
            answers[vector["frame"]["name"]] = bytes.fromhex(vector["hex"])
        options = bytes([version << 2])
        whole = b""
        for operation, name in OPERATIONS.items():
            if name not in answers:
                continue
            frame = answers[name][:400]
            # Asked; answered by what a vector is; and what is asked behind it, by what is made of bytes.
            ask = bytes([8, operation, 1])
            literal = bytes([1, 0]) + frame[10:12] + short(len(frame) - 16) + frame[16:]
            made = b"".join(bytes([0, flags, 8]) + bytes([0, 0, 0, 1] * 2) for flags in (1, 2, 65))
            yield f"{protocol}-{operation:02}-{name}", options + ask + literal + made
            whole += ask + made
        unasked = b"".join(bytes([2, kind, 4, 0, 0, 0, 9]) for kind in range(0, 80, 9))
        refresh = bytes([8, 216, 0, 8, 200, 0, 8, 240, 0])
        yield f"{protocol}-all", options + whole
        yield f"{protocol}-mirror", options + refresh + unasked + bytes([0, 2, 4, 0, 0, 0, 1] * 30)
        again = options[0] | 16
        cut = bytes([8, 14, 1, 5, 0, 11, 12]) + bytes([0, 1, 0]) * 3
        yield f"{protocol}-cut", bytes([again]) + cut * 3
        # A group of more than anybody asked for, each of its frames empty.
        many = bytes([8, 15, 1, 1, 0, 0, 2, 0, 4, 255, 255, 255, 255, 1, 0, 0, 7, 0, 0, 4]) + short(60000)
        yield f"{protocol}-many", options + many


def scripts_of_servers():
    """Steps for `server`: 6 logs in, 4 sends a frame."""
    for version, protocol in enumerate(("tp03", "tp04")):
        begin = bytes([6, version, 0])
        frames = [frame for direction, frame in session(protocol) if direction == "C>S"]
        for part in range(0, len(frames), 12):
            steps = begin
            for frame in frames[part:part + 12]:
                steps += bytes([4]) + frame[10:12] + short(len(frame) - 16) + frame[16:]
            yield f"{protocol}-{part:03}", steps
        raw = b"".join(frames)[:1500]
        yield f"{protocol}-raw", bytes([5]) + short(len(raw)) + raw + bytes([7, 9, 9, 5, 0, 3, 72, 105, 10])
        made = b"".join(bytes([1, kind, 6, 0, 0, 0, 1, 0, 1]) for kind in range(80))
        yield f"{protocol}-made", begin + made + bytes([0, 1]) + begin[:2] + bytes([1]) + made


def packets(protocol, count):
    """A connection with the first frames of a session, as IP packets; the last two change places."""
    numbers, all_packets = {"C>S": 100, "S>C": 2**32 - 50}, []

    def packet(way, flags, payload):
        other = {"C>S": "S>C", "S>C": "C>S"}[way]
        ports = (40000, 6923) if way == "C>S" else (6923, 40000)
        tcp = b"".join(short(port) for port in ports) + numbers[way].to_bytes(4, "big")
        tcp += numbers[other].to_bytes(4, "big") + bytes([0x50, flags, 255, 255, 0, 0, 0, 0]) + payload
        header = bytes([0x45, 0]) + short(20 + len(tcp)) + bytes([0, 1, 0, 0, 64, 6, 0, 0] + [127, 0, 0, 1] * 2)
        numbers[way] = (numbers[way] + len(payload) + (flags & 3 != 0)) % 2**32
        all_packets.append(header + tcp)

    packet("C>S", 2, b"")
    packet("S>C", 18, b"")
    for way, frame in list(session(protocol))[:count]:
        packet(way, 16, frame)
    all_packets[-2:] = reversed(all_packets[-2:])
    packet("C>S", 17, b"")
    packet("S>C", 17, b"")
    return all_packets


def pcap(all_packets):
    """The older format, in little-endian order."""
    file = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000065000000")
    for number, packet in enumerate(all_packets):
        file += b"".join(it.to_bytes(4, "little") for it in (1, number, len(packet), len(packet))) + packet
    return file


def pcapng(all_packets):
    """The newer one, in big-endian order, behind Ethernet."""

    def block(kind, body):
        body += bytes(-len(body) % 4)
        length = (12 + len(body)).to_bytes(4, "big")
        return kind.to_bytes(4, "big") + length + body + length

    file = block(0x0A0D0D0A, bytes.fromhex("1a2b3c4d00010000ffffffffffffffff"))
    file += block(1, bytes.fromhex("0001000000000000000900010900000000000000"))
    for number, packet in enumerate(all_packets):
        packet = bytes(12) + b"\x08\0" + packet
        size = len(packet).to_bytes(4, "big")
        file += block(6, bytes(8) + number.to_bytes(4, "big") + size * 2 + packet)
    return file


def seeds():
    """Each seed: its target, its name, its bytes."""
    for number, protocol in enumerate(PROTOCOLS):
        seen, stream = {}, b""
        for vector in vectors(protocol)["frames"]:
            name, frame = vector["frame"]["name"], bytes.fromhex(vector["hex"])
            seen[name] = seen.get(name, 0) + 1
            # Of each, the empty one and the one with three entries a list.
            if name in SHAPES and seen[name] in (1, 4):
                rest = frame[8:12] + frame[16:]
                yield "frames", f"{protocol}-{name}-{seen[name]}", bytes([number]) + rest
                # Read as padded; where the pads go, the fuzzer finds.
                yield "frames", f"{protocol}-{name}-{seen[name]}-padded", bytes([number + 3]) + rest
                stream += frame[:300]
                if seen[name] == 4:
                    yield "json", f"{protocol}-{name}", bytes([number]) + rest
                    text = json.dumps(vector["frame"], separators=(",", ":"))
                    yield "json", f"{protocol}-{name}.json", bytes([number + 12]) + text.encode()
        yield "framing", protocol, b"\7" + stream[:2000]
        lines = (VECTORS / f"session-{protocol}.txt").read_bytes().splitlines(keepends=True)
        yield "captures", protocol, b"\0" + b"".join(lines[:80])
        yield "captures", f"{protocol}-last", b"\4" + b"".join(lines[-30:])
    yield "captures", "pcap", b"\0" + pcap(packets("tp04", 12))
    yield "captures", "pcapng", b"\0" + pcapng(packets("tp03", 12))
    yield "schema", "small.xml", SCHEMA.encode()
    yield "schema", "short.xml", b'<protocol version="TP03"><packet name="P"/></protocol>'
    for name, script in scripts_of_clients():
        yield "client", name, script
        # 16: of each other kind of client; 2: in a tunnel; 32: silent at the end; 64: who connects again.
        kinds = {"all": (0, 2, 16, 18, 32, 48), "mirror": (0, 2, 16, 18), "many": (0, 2, 16, 18), "cut": (64, 80)}
        for options in kinds.get(name.split("-")[1], ()):
            yield "polling", f"{name}-{options}", bytes([script[0] & 12 | options]) + script[1:]
    for name, script in scripts_of_servers():
        yield "server", name, script
    for name, text in REQUESTS.items():
        yield "http_request", name, b"\7" + text.encode()
    for name, text in ANSWERS.items():
        yield "http_answer", name, bytes([6 + (name == "login")]) + text.encode()
    for name, text in URLS.items():
        yield "url", name, text.encode()
    for name, text in PLANS.items():
        yield "plan", name, text.encode()
    yield "plan", "frames.toml", PLAN.read_bytes()
    record = b"".join(bytes([len(key)]) + key.encode() + bytes([len(value)]) + value.encode() for key, value in RECORD)
    yield "txt_record", "every", record
    yield "txt_record", "old", bytes([134, 3]) + b"Old" + bytes([144, 9]) + b"0.3, 0.3 "
    update = "&".join(["action=update&key=k&type0=tp&port0=1&dns0=h&type1=tp%20https&port1=80&ip1=fd00%3A%3A1"]
                      + [f"{key}={value}" for key, value in RECORD]).encode()
    steps = bytes([1, 1, 0, 9, 0, 0]) + bytes([2]) + short(len(update)) + update + short(0) + bytes([0, 3, 4])
    yield "metaserver", "update", b"\0" + steps
    yield "metaserver", "many", b"\0" + b"".join(bytes([1, n, n % 3, n, 0, n * 16 % 128]) for n in range(12)) + b"\3\0"
    yield "metaserver", "time", b"\0" + bytes([1, 1, 0, 9, 0, 0, 0, 2, 88, 3, 0, 0, 0, 1, 1, 1, 1, 9, 0, 0])
    games = [bytes.fromhex(it["hex"]) for it in vectors("tp04")["frames"] if it["frame"]["name"] == "Game"]
    yield "metaserver", "games", b"\1\n" + games[0] + games[-1] + b"\n"
    yield "metaserver", "text", b"\1<html>Sorry</html>"
    yield "trust", "roots", b"\0" + CERTIFICATE.encode()
    yield "trust", "identity", b"\1" + (CERTIFICATE + KEY).encode()
    yield "trust", "fingerprint", b"\2SHA256:" + FINGERPRINT.encode()
    known = f"# mine\n\ngame.example:6924 {FINGERPRINT}\r\n[::1]:6924 {FINGERPRINT}\n"
    yield "trust", "known", b"\3" + known.encode()
    yield "trust", "changed", b"\3" + f"h.:06924 {'ab' * 32}\n[fe80::1%25e]:1 {FINGERPRINT}".encode()


def main():
    folder = HERE / "seeds"
    shutil.rmtree(folder, ignore_errors=True)
    for target, name, content in seeds():
        (folder / target).mkdir(parents=True, exist_ok=True)
        (folder / target / name).write_bytes(content)


if __name__ == "__main__":
    main()
