"""A plausible session of every protocol, in which each of its packets is sent at least once.

Servers and clients behave here like those in use, with their oddities; the story is made up.
"""

import textwrap

from . import wire
from .recipes import Recipe

ABOUT = """\
A made-up session of {name}, by tests/vectors/generate.py. C>S goes to the server, S>C to the client.
"""


class Session:
    def __init__(self, name, schema):
        self.name, self.schema = name, schema
        self.tp03 = schema.version == "TP03"
        self.lines, self.sent = [], set()
        self.counts = dict.fromkeys(("frames", "unknown", "trailing", "exact", "stopped", "raw"), 0)
        self.sequence = 0

    def say(self, remark):
        self.lines.append(f"# {remark}")

    def values(self, packet, given):
        values = Recipe("least", "session").values(packet.fields, False)
        unknown = set(given) - {field.name for field in packet.fields}
        assert not unknown, (packet.name, unknown)
        return values | given

    def line(self, way, kind, sequence, body):
        self.counts["frames"] += 1
        self.lines.append(f"{way} {wire.frame(self.schema, kind, sequence, body).hex()}")

    def send(self, way, name, sequence, given, trailing=b"", outcome=None):
        """`outcome` is what becomes of the frame's parameters, if it has any."""
        packet = self.schema.packet(name)
        assert packet.direction == ("server" if way == "C>S" else "client"), name
        self.sent.add(name)
        self.counts["trailing"] += bool(trailing)
        if any(field.kind == "useparameters" for field in packet.fields):
            self.counts[outcome or "exact"] += 1
        body = wire.encode(packet.fields, self.values(packet, given)) + trailing
        self.line(way, packet.id, sequence, body)

    def ask(self, frame, /, *, outcome=None, **given):
        self.sequence += 1
        self.send("C>S", frame, self.sequence, given, outcome=outcome)

    def tell(self, frame, /, *, trailing=b"", outcome=None, **given):
        self.send("S>C", frame, self.sequence, given, trailing, outcome)

    def push(self, frame, /, **given):
        """A frame that nobody asked for."""
        self.send("S>C", frame, 0, given)

    def strange(self, kind, body):
        self.counts["unknown"] += 1
        self.line("S>C", kind, 0, body)

    def tail(self, set_name, *given, optional=True):
        """Parameters: their types, each with the fields that are not zero or empty."""
        tail = b""
        for number, fields in given:
            parameter = self.schema.sets[set_name][number]
            values = Recipe("least", "session").values(parameter.fields, optional) | fields
            tail += wire.encode(parameter.fields, values)
        return self.bytes(tail.hex())

    def bytes(self, tail):
        """Parameters as they travel, of whatever they are."""
        return f"{self.schema.version}:{tail}" if tail else ""

    def text(self):
        missing = {packet.name for packet in self.schema.packets} - self.sent
        assert not missing, missing
        expect = " ".join(f"{name}={count}" for name, count in self.counts.items())
        about = textwrap.fill(ABOUT.format(name=self.name), 98)
        head = [f"# {line}" for line in about.splitlines()] + [f"# expect {expect}", ""]
        return "\n".join(head + self.lines) + "\n"


def text(name, schema):
    session = Session(name, schema)
    if name == "admin":
        administration(session)
    else:
        game(session)
    return session.text()


def ids(session, name, *known):
    given = {"key": -1, "start": 0, "amount": -1} | ({} if session.tp03 else {"from": -1})
    session.ask(f"Get{name}", **given)
    end = {} if session.tp03 else {"from": 1600000000}
    session.tell(name, key=7, remaining=0,
                 modtimes=[{"id": each, "modtime": 3 + each} for each in known], **end)


def hello(session):
    session.say("A client that counts a NUL behind its strings, as old ones do.")
    session.ask("Connect", string={"hex": b"old client/0.1\0".hex()})
    session.tell("Okay", result="Protocol check ok, continue!")
    session.ask("Login", username={"hex": b"ada\0".hex()}, password={"hex": b"secret\0".hex()})
    session.tell("Okay", result="Login ok")
    session.ask("Ping")


def game(session):
    hello(session)
    session.tell("Okay", result="PONG!")
    session.ask("CreateAccount", username="bob", password="pw", email="bob@example.org")
    session.tell("Fail", code="UnavailablePermanently", result="Accounts are closed")
    session.say("A feature that has no name; TP04 programs may leave the references of Fail out.")
    session.ask("GetFeatures")
    session.tell("Features", features=["KeepAlive", "AccountCreate", "DescObjectID", 65535])
    session.say("A game without media, and one as servers announce it, creation time included.")
    session.ask("GetGames")
    session.tell("Sequence", number=2)
    place = [{"type": "tp", "dns": "play.example.org", "ip": "192.0.2.7", "port": 6923}]
    facts = [{"paramid": "plys", "stringvalue": "", "intvalue": 2},
             {"paramid": 99, "stringvalue": "?", "intvalue": 0}]
    session.tell("Game", name="small", tp=["3", "0.3"], rule="MiniSec", connections=place)
    session.tell("Game", name="Zoë", tp=["4"], rule="MiniSec", parameters=facts,
                 mediabase="http://example.org/media", ctime=1600000000)
    session.ask("GetTimeRemaining")
    more = {} if session.tp03 else {"reason": 0, "turn": 4, "turnname": "Turn 4",
                                    "waiting": [1, 2]}
    session.tell("TimeRemaining", time=600, **more)
    if not session.tp03:
        session.ask("SetFilters", filters=[4096])
        session.tell("Fail", code="Frame", result="No filters",
                     references=[{"type": -1000, "id": 0}])
    objects(session)
    orders(session)
    messages(session)
    things(session)
    session.say("Frames nobody knows, and bytes behind a frame that everybody knows.")
    session.strange(4711, b"\0\0\0\1new")
    session.strange(4712, b"")
    session.tell("Okay", result="padded", trailing=b"\0\0\0")
    session.ask("FinishedTurn")
    session.tell("Okay", result="")
    more = {} if session.tp03 else {"reason": 5, "turnname": "Turn 5"}
    session.push("TimeRemaining", time=0, **more)
    session.push("Redirect", URI="tps://other.example.org:6924")


def objects(session):
    latin = {"hex": b"Caf\xe9".hex()}
    ids(session, "ObjectIDs", 0, 1, 2, 3, 4, 5)
    if session.tp03:
        session.say("Each type of object; one name is Latin-1.")
        session.ask("GetObjectsByID", ids=[0, 1, 2, 3, 4, 5, 6, 7])
        session.tell("Sequence", number=8)
        for number in range(6):
            tail = session.tail("ObjectParams", (number, {}))
            session.tell("Object", id=number, otype=number, name=["Universe", "", latin][number % 3],
                         pos={"x": -number, "y": 1 << 40, "z": 0}, contains=[number + 1],
                         parameters=tail, modtime=number)
        session.say("A type of object that nobody knows stays bytes.")
        session.tell("Object", id=6, otype=77, name="?", parameters=session.bytes("c0ffee"),
                     outcome="stopped")
        session.tell("Fail", code="NoSuchThing", result="No such object")
    else:
        types(session)
        session.ask("GetObjectsByID", ids=[0, 1, 2, 3])
        session.tell("Sequence", number=4)
        place = (0, {"position": {"x": -5, "y": 1 << 40, "z": 7}})
        session.tell("Object", otype=1, name="Universe", contains=[1], modtime=1,
                     parameters=session.tail("ObjectParams", place))
        every = [(number, {}) for number in session.schema.sets["ObjectParams"]]
        session.tell("Object", id=1, otype=2, name=latin, parent=0, modtime=2,
                     parameters=session.tail("ObjectParams", *every))
        session.say("A type of object whose description was never sent, and no object at all.")
        session.tell("Object", id=2, otype=99, name="?", parameters=session.bytes("c0ffee"),
                     outcome="raw")
        session.tell("Fail", code="NoSuchThing", result="No such object")
        session.ask("ModifyObject", id=1, otype=2, name="Home",
                    parameters=session.tail("ObjectParams", *every))
        session.tell("Fail", code="UnavailablePermanently", result="No")
        ids(session, "OrderQueueIDs", 1)
        session.ask("GetOrderQueue", ids=[1])
        session.tell("OrderQueue", id=1, serial=3, maxslots=0xFFFFFFFF, numorders=1, ordertypes=[1])
    middle = {"x": 0, "y": -1, "z": 2}
    session.ask("GetObjectsByPos", pos=middle, r=1000)
    session.tell("Fail", code="Frame", result="Frame too short")
    session.say("The reply to a search by position comes without `from`.")
    session.ask("GetObjectIDsByPos", pos=middle, r=1000)
    session.tell("ObjectIDs", key=8, remaining=0, modtimes=[{"id": 3, "modtime": 9}])
    session.say("The reply to a search in a container has no ids, and all of them remain.")
    session.ask("GetObjectIDsByContainer", id=1)
    session.tell("ObjectIDs", key=9, remaining=4)


def types(session):
    ids(session, "ObjectDescIDs", 1, 2)
    session.ask("GetObjectDesc", ids=[1, 2])
    session.tell("Sequence", number=2)
    row = {"name": "Position", "type": 0, "description": ""}
    session.tell("ObjectDesc", id=1, name="Space", modtime=1, propertygroups=[
        {"propertygroupid": 1, "groupname": "Place", "groupdescription": "", "parameters": [row]}])
    rows = [row | {"type": number} for number in session.schema.sets["ObjectParams"]]
    group = {"propertygroupid": 1, "groupname": "One", "groupdescription": ""}
    session.tell("ObjectDesc", id=2, name="Everything", modtime=1, propertygroups=[
        group | {"parameters": rows[:5]}, group | {"parameters": []},
        group | {"parameters": rows[5:]}])


def orders(session):
    every = list(session.schema.sets["OrderParams"])

    def describe(number, name, *types):
        session.tell("OrderDesc", id=number, name=name, modtime=1600000000, parameters=[
            {"name": f"p{each}", "type": each, "description": ""} for each in types])

    def tail(*given, optional=True):
        return {"parameters": session.tail("OrderParams", *given, optional=optional)}

    session.say("An order that comes before its description.")
    session.tell("Order", id=1, slot=0, otype=1, **tail((0, {})), outcome="raw")
    ids(session, "OrderDescIDs", 1, 2, 3, 4)
    session.ask("GetOrderDesc", ids=[1, 2, 3, 4])
    session.tell("Sequence", number=4)
    describe(1, "Move", 0)
    describe(2, "Colonise", 2)
    describe(3, "Everything", *every)
    describe(4, "Wait")
    place = (0, {"pos": {"x": 1, "y": -2, "z": 3}})
    session.ask("OrderProbe", id=1, slot=-1, otype=1, **tail(place))
    session.tell("Order", id=1, slot=0, otype=1, turns=3, **tail(place))
    session.ask("OrderInsert", id=1, slot=-1, otype=1, **tail(place))
    if session.tp03:
        session.tell("Okay", result="Order added")
    else:
        session.tell("Order", id=1, slot=-1, otype=1, turns=3, **tail(place))
    session.say("The object parameter with its list of types, as TP03 servers send and want it.")
    session.ask("OrderInsert", id=1, slot=-1, otype=2,
                **tail((2, {"objectid": 5, "validtypes": []})))
    session.tell("Okay", result="Order added")
    if session.tp03:
        session.say("The same as the published description has it.")
        session.ask("OrderInsert", id=1, slot=-1, otype=2, **tail((2, {"objectid": 5}), optional=False))
        session.tell("Fail", code="Frame", result="Unable to unpack Frame")
    session.ask("GetOrder", id=1, slots=[0, 1, 2, 3, 4])
    session.tell("Sequence", number=5)
    session.tell("Order", id=1, slot=0, otype=2, resources=[{"id": 1, "amount": 10}],
                 **tail((2, {"objectid": 5, "validtypes": [1, 2]})))
    session.tell("Order", id=1, slot=1, otype=3, **tail(*((each, {}) for each in every)))
    session.tell("Order", id=1, slot=2, otype=4, turns=1)
    session.say("Parameters that are not what the description says, and one never described.")
    short = session.bytes("00000001")
    session.tell("Order", id=1, slot=3, otype=1, parameters=short, outcome="stopped")
    session.tell("Order", id=1, slot=4, otype=99, parameters=short, outcome="raw")
    session.ask("RemoveOrder", id=1, slots=[0])
    session.tell("Okay", result="Order removed")


def messages(session):
    ids(session, "BoardIDs", 0, 1)
    session.ask("GetBoards", ids=[0])
    session.tell("Board", id=1, name="Ada's board", description="Yours", messages=1, modtime=2)
    session.ask("GetMessage", id=1, slots=[0])
    session.tell("Message", id=1, slot=0, subject="Welcome", body="… to the game", turn=4,
                 references=[{"type": 4, "id": 1}, {"type": 5, "id": 0}, {"type": -1000, "id": 3}])
    session.ask("PostMessage", id=1, slot=-1, subject="Hi", body="all", msgtypelist=[0])
    session.tell("Okay", result="Message posted")
    session.ask("RemoveMessage", id=1, slots=[0, 1])
    session.tell("Sequence", number=2)
    session.tell("Okay", result="Message removed")
    session.tell("Fail", code="NoSuchThing", result="No such message")


def things(session):
    """Everything that is listed, fetched and described in the same way."""
    ids(session, "ResourceIDs", 1)
    session.ask("GetResource", ids=[1])
    session.tell("Resource", id=1, description="Ore", weight=1, size=2, modtime=3)
    if not session.tp03:
        ids(session, "PlayerIDs", 1, 2)
    session.say("Players: with the modification time that servers append, without, and cut short.")
    session.ask("GetPlayer", ids=[0, 2, 3])
    session.tell("Sequence", number=3)
    session.tell("Player", id=1, name="ada", race="elf", modtime=5)
    session.tell("Player", id=2, name="bob")
    session.tell("Player", id=3, name={"hex": b"\xff\xfe".hex()}, trailing=b"\0\0\0\5")
    ids(session, "CategoryIDs", 1)
    session.ask("GetCategory", ids=[1])
    session.tell("Category", id=1, modtime=1, name="Ships")
    session.ask("AddCategory", id=-1, name="Mine", description="my own")
    session.tell("Category", id=2, modtime=2, name="Mine", description="my own")
    session.ask("RemoveCategory", ids=[2])
    session.tell("Okay", result="Category removed")
    design = {"name": "Scout", "components": [{"componentid": 1, "compquant": 2}]}
    ids(session, "DesignIDs", 1)
    session.ask("GetDesign", ids=[1])
    session.tell("Design", id=1, modtime=1, owner=-1, **design)
    session.ask("AddDesign", id=-1, owner=-1, **design)
    session.tell("Design", id=2, owner=1, feedback="Fine", **design)
    session.ask("ModifyDesign", id=2, owner=1, **design)
    session.tell("Design", id=2, owner=1, **design)
    session.ask("RemoveDesign", ids=[2])
    session.tell("Fail", code="PermissionDenied", result="No")
    ids(session, "ComponentIDs", 1)
    session.ask("GetComponent", ids=[1])
    session.tell("Component", id=1, name="Drive", requirements="(lambda (design) #t)",
                 properties=[{"propertyid": 1, "valuefunc": "(lambda (design) 3)"}])
    ids(session, "PropertyIDs", 1)
    session.ask("GetProperty", ids=[1])
    session.tell("Property", id=1, rank=2, name="speed", displayname="Speed",
                 calculatefunc="(lambda (design) 3)")


def administration(session):
    hello(session)
    session.tell("Fail", code="Protocol", result="Unknown frame")
    session.say("Lines of the server's log arrive at any time.")
    session.push("LogMessage", timestamp=1600000000, level="info", message="Admin logged in")
    ids(session, "CommandDescIDs", 0, 1, 2)
    session.ask("GetCommandDesc", ids=[0, 1, 2])
    session.tell("Sequence", number=3)
    session.push("LogMessage", timestamp=1600000001, level=7, message={"hex": b"\xe9\0".hex()})
    text, number = ({"name": "x", "type": each, "description": ""} for each in (0, 1))
    session.say("Descriptions with the modification time that servers append, and one without.")
    session.tell("CommandDesc", id=0, name="turn-end", modtime=1600000000)
    session.tell("CommandDesc", id=1, name="set-setting", parameters=[text, text], modtime=1600000000)
    session.tell("CommandDesc", id=2, name="nuke-object", parameters=[number])

    def tail(*given, optional):
        return {"parameters": session.tail("CommandParams", *given, optional=optional)}

    session.ask("Command", ctype=0)
    session.tell("CommandResult", status="ok", output="Turn ended")
    session.say("Texts without their greatest length, as servers want them; then as published.")
    words = [(0, {"string": "game_name"}), (0, {"string": "Zoë"})]
    session.ask("Command", ctype=1, **tail(*words, optional=False))
    session.tell("CommandResult", status="ok", output="Set")
    session.ask("Command", ctype=1, **tail(*words, optional=True))
    session.tell("CommandResult", status="fail", output="Bad parameters")
    session.ask("Command", ctype=2, **tail((1, {"intvalue": 5}), optional=True))
    session.tell("CommandResult", status=9, output="")
    session.ask("Command", ctype=3, parameters=session.bytes("00000001"), outcome="raw")
    session.tell("Fail", code="NoSuchThing", result="No such command")
    session.push("CommandUpdate")
    session.push("LogMessage", level="error", message="Bye")
