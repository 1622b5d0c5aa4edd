"""Values for every field: one recipe per kind of surprise.

Everything is drawn from generators seeded by name, so that two runs write the same files.
"""

import random

from .wire import json_of, marked, text

STRINGS = {
    "least": [b""],
    "most": ["Zoë → 星 🚀".encode(), b"a\0b", b"\"quoted\"\\\n\t"],
    # Latin-1, a counted NUL, one NUL alone, cut UTF-8: what real programs send, and worse.
    "odd": [b"Caf\xe9", b"Sol\0", b"\0", b"\xf0\x9f\x9a", b"\0\0", b"\xff\xfe"],
    "many": [b"Alpha Centauri", b"Sol", b"x", b"", b"Terra Prime", b"A text of more than a few words."],
}
COUNTS = {"least": 0, "most": 1, "odd": 2, "many": 3}


class Recipe:
    def __init__(self, name, seed, strings=None):
        self.name = name
        self.strings = strings or STRINGS[name]
        self.random = random.Random(f"{seed}/{name}")
        self.turn = 0

    def pick(self, choices):
        self.turn += 1
        return choices[self.turn % len(choices)]

    def bits(self, size):
        return self.random.getrandbits(8 * size)

    def values(self, fields, optional=True):
        """Values for all `fields`; of optional ones all, none, or as many as a number says."""
        values = {}
        absent = 0
        for field in fields:
            if field.kind == "descparameter":
                continue
            if field.optional:
                absent += 1
                if not optional or (optional is not True and absent > optional):
                    continue
            values[field.name] = self.value(field)
        return values

    def value(self, field):
        return getattr(self, field.kind)(field)

    def character(self, field):
        if self.name == "least":
            return "00" * field.size
        return "ff" * field.size if self.name == "most" else self.random.randbytes(field.size).hex()

    def integer(self, field):
        bits = 8 * field.size
        top = 1 << bits
        if field.sign == "signed":
            return {"least": 0, "most": top // 2 - 1, "odd": self.pick([-top // 2, -1]),
                    "many": self.bits(field.size) - top // 2}[self.name]
        if field.sign == "semisigned":
            return {"least": 0, "most": -1, "odd": self.pick([top - 2, top // 2]),
                    "many": self.bits(field.size) % (top - 1)}[self.name]
        return {"least": 0, "most": top - 1, "odd": self.pick([top // 2, top - 2, 1]),
                "many": self.bits(field.size)}[self.name]

    def enumeration(self, field):
        names = list(field.values)
        top = (1 << 8 * field.size) - 1
        if field.style == "mask":
            return {"least": [], "most": json_of(field, top), "odd": [names[-1], 0x40],
                    "many": names[:3]}[self.name]
        if self.name == "least":
            return json_of(field, 0)
        # One number that nobody named, and names from both ends.
        return {"most": top, "odd": names[-1], "many": self.pick(names)}[self.name]

    def string(self, _):
        return text(self.pick(self.strings))

    def list(self, field):
        entries = (self.values(field.fields) for _ in range(COUNTS[self.name]))
        return [each[field.fields[0].name] if field.bare else each for each in entries]

    def group(self, field):
        return self.values(field.fields)

    def useparameters(self, field):
        return marked(field, {"least": b"", "most": b"\0", "odd": b"\xff\xff\xff\xff\x80",
                              "many": self.random.randbytes(12)}[self.name])

    def sequence(self):
        return {"least": 0, "most": 0xFFFFFFFF, "odd": 0x80000000, "many": self.bits(4)}[self.name]


ABOUT = {
    "least": "zeros, empty strings and lists, nothing optional",
    "most": "greatest numbers, none where there is one, unnamed values, all optional fields",
    "odd": "smallest and strange numbers, strings that are no clean UTF-8, first optional field only",
    "many": "random numbers, three entries a list, all optional fields",
}
OPTIONAL = {"least": False, "most": True, "odd": 1, "many": True}


def each(seed):
    """One recipe of every name, with what to say about it and which optional fields to fill."""
    for name, about in ABOUT.items():
        yield Recipe(name, seed), about, OPTIONAL[name]
