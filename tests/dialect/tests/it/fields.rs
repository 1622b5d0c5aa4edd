//! Fields that come, go, move, change their name, their width or what they are.

use tp_dialect_tests::versions::*;
use tp_frames::EncodeErrorKind::{Gap, ListLimit, Missing, NotInVersion, StringLimit};
use tp_frames::{RawBytes, Semi8, Semi32, Semi64};

use super::{Change, int, is, long, refused, string};

/// What TP03 has of it.
fn small() -> Grown {
    Grown {
        a: 1,
        z: "z".into(),
        ..Grown::default()
    }
}

fn grown() -> Grown {
    Grown {
        number: Some(2),
        text: Some("t".into()),
        rows: Some(vec![GrownRow {
            s: "s".into(),
            n: 3,
            more: None,
        }]),
        cells: Some(vec![GrownCell { x: 4, y: 5 }]),
        plain: Some(GrownPlain { x: -1 }),
        named: Some(GrownNamed { t: "g".into() }),
        who: 6.into(),
        kind: Some(GrownKind::MINUS),
        raw: Some(RawBytes(*b"raw")),
        ..small()
    }
}

/// What the newest version has of it.
fn newest() -> Grown {
    Grown {
        text: None,
        rows: Some(vec![GrownRow {
            s: "s".into(),
            n: 3,
            more: Some("m".into()),
        }]),
        newest: Some(7),
        raw: Some(RawBytes(*b"ra\0")),
        ..grown()
    }
}

#[test]
fn fields_come_in_the_middle_of_a_packet() {
    is(TP03, &small(), &[int(1), string("z")]);
    let cells = [int(1), vec![4, 5], long(u64::MAX)].concat();
    let middle = [cells, string("g"), int(6), int(u32::MAX)].concat();
    let rows = [int(1), long(2), string("t"), int(1), string("s"), vec![3]].concat();
    let bytes = [rows, middle.clone(), b"raw".to_vec(), string("z")];
    is(TP04, &grown(), &bytes);
    let rows = [int(1), long(2), int(1), string("s"), vec![3], string("m")].concat();
    let bytes = [rows, middle, vec![7], b"ra".to_vec(), string("z")];
    is(TP05, &newest(), &bytes);
}

#[test]
fn what_a_version_wants_may_not_be_missing() {
    assert_eq!(refused(TP04, &small()), (Missing, "number"));
    let bare = Grown {
        rows: grown().rows,
        ..newest()
    };
    assert_eq!(refused(TP05, &bare), (Missing, "rows[].more"));
    let broken: [Change<Grown, ()>; 8] = [
        (|grown, ()| grown.number = None, "number"),
        (|grown, ()| grown.text = None, "text"),
        (|grown, ()| grown.rows = None, "rows"),
        (|grown, ()| grown.cells = None, "cells"),
        (|grown, ()| grown.plain = None, "plain"),
        (|grown, ()| grown.named = None, "named"),
        (|grown, ()| grown.kind = None, "kind"),
        (|grown, ()| grown.raw = None, "raw"),
    ];
    for (without, field) in broken {
        let mut grown = grown();
        without(&mut grown, ());
        assert_eq!(refused(TP04, &grown), (Missing, field));
    }
}

#[test]
fn what_a_version_cannot_say_is_refused() {
    let broken: [Change<Grown>; 10] = [
        (|small, from| small.number = from.number, "number"),
        (|small, from| small.text = from.text, "text"),
        (|small, from| small.rows = from.rows, "rows"),
        (|small, from| small.cells = from.cells, "cells"),
        (|small, from| small.plain = from.plain, "plain"),
        (|small, from| small.named = from.named, "named"),
        (|small, from| small.who = from.who, "who"),
        (|small, from| small.kind = from.kind, "kind"),
        (|small, _| small.newest = Some(0), "newest"),
        (|small, from| small.raw = from.raw, "raw"),
    ];
    for (with, field) in broken {
        let mut small = small();
        with(&mut small, grown());
        assert_eq!(refused(TP03, &small), (NotInVersion, field));
    }
    let odd = Grown {
        text: Some("t".into()),
        ..newest()
    };
    assert_eq!(refused(TP05, &odd), (NotInVersion, "text"));
    let mut odd = grown();
    odd.rows = newest().rows;
    assert_eq!(refused(TP04, &odd), (NotInVersion, "rows[].more"));
}

#[test]
fn a_reply_leaves_out_what_its_version_cannot_say() {
    let told = Told {
        a: 1,
        named: Some(ToldNamed { t: "t".into() }),
        who: Semi8::NONE,
        seal: RawBytes(*b"seal"),
        z: "z".into(),
    };
    let sealed = |seal: &[u8]| [seal.to_vec(), string("z")].concat();
    let bytes = [int(1), string("t"), vec![255], sealed(b"seal")];
    is(TP04, &told, &bytes);
    let older = Told {
        named: None,
        seal: RawBytes(*b"se\0\0"),
        ..told.clone()
    };
    is(TP03, &older, &[int(1), sealed(b"se")]);
    assert_eq!(super::body(TP03, &told), super::body(TP03, &older));
    assert_eq!(refused(TP04, &older), (Missing, "named"));
}

#[test]
fn fields_come_in_the_middle_of_records_and_groups() {
    let older = Records {
        rows: vec![RecordsRow {
            id: 1,
            name: "n".into(),
            ..RecordsRow::default()
        }],
        cells: vec![RecordsCell {
            id: 2,
            n: 3,
            ..RecordsCell::default()
        }],
        named: RecordsNamed {
            x: 4,
            more: None,
            t: "t".into(),
        },
        plain: RecordsPlain {
            x: 5,
            w: None,
            y: 6,
        },
    };
    let plain = [int(5), int(6)].concat();
    let bytes = [int(1), int(1), string("n"), int(1), int(2), vec![3]];
    let bytes = [&bytes[..], &[int(4), string("t"), plain]].concat();
    is(TP03, &older, &bytes);

    let mut newer = older.clone();
    newer.rows[0] = RecordsRow {
        id: 1,
        number: Some(9),
        text: Some("t".into()),
        tags: Some(vec![7, 8]),
        names: Some(vec!["a".into()]),
        named: Some(RecordsRowNamed { t: "g".into() }),
        who: Semi64::NONE,
        name: "n".into(),
    };
    newer.cells[0].who = 1.into();
    newer.named.more = Some(2);
    newer.plain.w = Some(3);
    let row = [
        int(1),
        long(9),
        string("t"),
        [int(2), int(7), int(8)].concat(),
        [int(1), string("a")].concat(),
        string("g"),
        long(u64::MAX),
        string("n"),
    ];
    let rest = [int(1), int(2), vec![1, 3], int(4), vec![2], string("t")];
    let plain = [int(5), int(3), int(6)];
    for version in [TP04, TP05] {
        let bytes = [&[int(1)], &row[..], &rest[..], &plain[..]].concat();
        is(version, &newer, &bytes);
        assert_eq!(refused(version, &older), (Missing, "rows[].number"));
    }
    let refusals: [Change<Records>; 9] = [
        (|to, _| to.rows[0].number = Some(9), "rows[].number"),
        (|to, _| to.rows[0].text = Some("".into()), "rows[].text"),
        (|to, _| to.rows[0].tags = Some(vec![]), "rows[].tags"),
        (|to, _| to.rows[0].names = Some(vec![]), "rows[].names"),
        (
            |to, _| to.rows[0].named = Some(Default::default()),
            "rows[].named",
        ),
        (|to, _| to.rows[0].who = 0.into(), "rows[].who"),
        (|to, from| to.cells = from.cells, "cells[].who"),
        (|to, from| to.named = from.named, "named.more"),
        (|to, from| to.plain = from.plain, "plain.w"),
    ];
    for (with, field) in refusals {
        let mut older = older.clone();
        with(&mut older, newer.clone());
        assert_eq!(refused(TP03, &older), (NotInVersion, field));
    }
}

#[test]
fn fields_go() {
    let newer = Dropped {
        a: 1,
        z: 2,
        ..Dropped::default()
    };
    is(TP04, &newer, &[int(1), vec![2]]);
    is(TP05, &newer, &[int(1), vec![2]]);
    assert_eq!(refused(TP03, &newer), (Missing, "text"));
    let older = Dropped {
        text: Some("t".into()),
        rows: Some(vec![DroppedRow {
            s: "s".into(),
            n: 3,
        }]),
        named: Some(DroppedNamed { t: "g".into() }),
        plain: Some(DroppedPlain { x: 4 }),
        who: 5.into(),
        kind: Some(DroppedKind::ONE),
        raw: Some(RawBytes(*b"raw")),
        last: Some(vec!["l".into()]),
        ..newer.clone()
    };
    let bytes = [
        int(1),
        string("t"),
        [int(1), string("s"), int(3)].concat(),
        string("g"),
        vec![4],
        long(5),
        int(1),
        b"raw".to_vec(),
        vec![2],
        [int(1), string("l")].concat(),
    ];
    is(TP03, &older, &bytes);
    assert_eq!(refused(TP04, &older), (NotInVersion, "text"));
    let only = Dropped {
        who: 5.into(),
        ..newer
    };
    assert_eq!(refused(TP05, &only), (NotInVersion, "who"));
}

#[test]
fn fields_move() {
    let moved = Moved {
        a: 1,
        b: "b".into(),
        c: 2,
        d: 3,
        new: Some(4),
        cells: vec![MovedCell { x: 5, y: 6 }],
        rows: vec![MovedRow {
            x: 7,
            y: "y".into(),
            gone: None,
        }],
        pair: MovedPair { x: 8, y: 9 },
    };
    let bytes = [
        [int(1), string("b"), long(2), vec![3], int(4)].concat(),
        [int(1), int(5), vec![6]].concat(),
        [int(1), int(7), string("y")].concat(),
        [int(8), vec![9]].concat(),
    ];
    is(TP05, &moved, &bytes);
    let bytes = [
        [vec![3], int(1), long(2), int(4), string("b")].concat(),
        [int(1), vec![6], int(5)].concat(),
        [int(1), string("y"), int(7)].concat(),
        [vec![9], int(8)].concat(),
    ];
    is(TP04, &moved, &bytes);
    assert_eq!(refused(TP03, &moved), (Missing, "rows[].gone"));
    let mut older = moved;
    older.rows[0].gone = Some(10);
    assert_eq!(refused(TP03, &older), (NotInVersion, "new"));
    older.new = None;
    let bytes = [
        [int(1), string("b"), long(2), vec![3]].concat(),
        [int(1), int(5), vec![6]].concat(),
        [int(1), int(7), string("y"), int(10)].concat(),
        [int(8), vec![9]].concat(),
    ];
    is(TP03, &older, &bytes);
}

#[test]
fn names_change() {
    let renamed = NewName {
        newest: 1,
        rows: vec![NewNameRow {
            text: "t".into(),
            n: 2,
        }],
        group: NewNameGroup { x: 3 },
        swap: Some("s".into()),
        swapped: 4,
        kind: NewNameKind::NEWVALUE,
        items: vec![5],
    };
    let bytes = |swap: Vec<u8>| {
        [
            int(1),
            [int(1), string("t"), int(2)].concat(),
            int(3),
            swap,
            int(4),
            int(1),
            [int(1), int(5)].concat(),
        ]
    };
    is(TP04, &renamed, &bytes(string("s")));
    is(TP05, &renamed, &bytes(string("s")));
    let older = NewName {
        swap: None,
        ..renamed
    };
    is(TP03, &older, &bytes(Vec::new()));
    // Older names are read, and one that is another's now is that one's.
    for name in ["then", "now", "newest"] {
        let json = format!(
            r#"{{"name": "OldName", "fields": {{"{name}": 1, "oldrows": [{{"oldtext": "t", "n": 2}}],
                "oldgroup": {{"oldx": 3}}, "swapped": 4, "oldkind": "oldvalue", "olditems": [5]}}}}"#
        );
        let frame: Frame = serde_json::from_str(&json).unwrap();
        assert_eq!(frame, Frame::NewName(older.clone()));
    }
    let json = serde_json::to_value(Frame::NewName(older)).unwrap();
    let wanted = serde_json::json!({"name": "NewName", "fields": {
        "newest": 1, "rows": [{"text": "t", "n": 2}], "group": {"x": 3}, "swapped": 4,
        "kind": "newvalue", "items": [5],
    }});
    assert_eq!(json, wanted);
}

#[test]
fn raw_bytes_change_their_width() {
    let raw = |wider: &[u8], narrower: &[u8], inner: &[u8], cell: &[u8]| {
        let mut raw = Raw::default();
        raw.wider.0[..wider.len()].copy_from_slice(wider);
        raw.narrower.0[..narrower.len()].copy_from_slice(narrower);
        raw.g.n = 1;
        raw.g.inner.0[..inner.len()].copy_from_slice(inner);
        let mut row = RawRow {
            n: 2,
            ..RawRow::default()
        };
        row.cell.0[..cell.len()].copy_from_slice(cell);
        raw.rows.push(row);
        raw.z = 3;
        raw
    };
    let older = raw(b"wide", b"narro", b"in", b"ce");
    let bytes = b"widenarro\x01in\0\0\0\x01ce\x02\x03";
    is(TP03, &older, &[bytes.to_vec()]);
    let newer = raw(b"wider!", b"nar", b"inne", b"cel");
    let bytes = b"wider!nar\x01inne\0\0\0\x01cel\x02\x03";
    is(TP04, &newer, &[bytes.to_vec()]);
    let newest = raw(b"the wides", b"nar", b"inne", b"cel");
    let bytes = b"the widesnar\x01inne\0\0\0\x01cel\x02\x03";
    is(TP05, &newest, &[bytes.to_vec()]);

    // Bytes that a version has no room for say something unless they are zero.
    let lost = |version, raw: &Raw| {
        let (kind, field) = refused(version, raw);
        assert_eq!(kind, NotInVersion, "{version} {field}");
        field
    };
    assert_eq!(lost(TP03, &newer), "wider");
    assert_eq!(lost(TP04, &older), "narrower");
    assert_eq!(lost(TP04, &newest), "wider");
    assert_eq!(
        lost(TP03, &raw(b"wide", b"narro", b"inne", b"ce")),
        "g.inner"
    );
    assert_eq!(
        lost(TP03, &raw(b"wide", b"narro", b"in", b"cel")),
        "rows[].cell"
    );
}

#[test]
fn fields_go_and_come_in_many_places_at_once() {
    let oldest = Recast {
        a: 1,
        gone: Some("g".into()),
        kept: 2,
        lost: Some(vec![3, 4]),
        raw: RawBytes(*b"ra\0\0"),
        z: -1,
        ..Recast::default()
    };
    let last = int(u32::MAX);
    let bytes = [int(1), string("g"), b"\x02\0\0\0\x02\x03\x04ra".to_vec()];
    is(TP03, &oldest, &[bytes.concat(), last.clone()]);
    let newer = Recast {
        new: Some("n".into()),
        gone: None,
        lost: None,
        more: Some(5),
        raw: RawBytes(*b"raw!"),
        ..oldest.clone()
    };
    let bytes = [int(1), string("n"), vec![2], int(5), b"raw!".to_vec()];
    is(TP04, &newer, &[bytes.concat(), last.clone()]);
    let newest = Recast {
        newest: Some(6),
        ..newer.clone()
    };
    let bytes = [int(1), string("n"), vec![2], int(5), b"\x06raw!".to_vec()];
    is(TP05, &newest, &[bytes.concat(), last]);

    let wrong: [(_, &Recast, _); 6] = [
        (TP03, &newer, (NotInVersion, "new")),
        (TP04, &oldest, (Missing, "new")),
        (TP04, &newest, (NotInVersion, "newest")),
        (TP05, &newer, (Missing, "newest")),
        (
            TP03,
            &Recast {
                lost: None,
                ..oldest.clone()
            },
            (Missing, "lost"),
        ),
        (
            TP04,
            &Recast {
                lost: Some(vec![]),
                ..newer.clone()
            },
            (NotInVersion, "lost"),
        ),
    ];
    for (version, packet, why) in wrong {
        assert_eq!(refused(version, packet), why, "{version}");
    }
}

#[test]
fn entries_of_a_list_become_records_and_values() {
    let older = Lists {
        numbers: vec![ListsNumber {
            id: 1,
            modtime: None,
        }],
        texts: vec![ListsText {
            who: Semi32::NONE,
            text: "t".into(),
        }],
        kinds: vec![ListsKind {
            kind: ListsKindKind::ONE,
            note: None,
        }],
        shrunk: vec![ListsShrunk {
            id: 2,
            rest: Some(3),
        }],
        raws: None,
        raws_tp03: Some(vec![RawBytes(*b"ra")]),
        few: vec!["fe".into(); 2],
    };
    let bytes = [
        [int(1), int(1)].concat(),
        [int(1), string("t")].concat(),
        [int(1), int(1)].concat(),
        [int(1), int(2), vec![3]].concat(),
        [int(1), b"ra".to_vec()].concat(),
        [int(2), string("fe"), string("fe")].concat(),
    ];
    is(TP03, &older, &bytes);
    let mut newer = older.clone();
    newer.numbers[0].modtime = Some(4);
    newer.texts[0].who = 5.into();
    newer.kinds[0].kind = ListsKindKind::TWO;
    newer.kinds[0].note = Some("n".into());
    newer.shrunk[0].rest = None;
    newer.raws = Some(vec![RawBytes(*b"raw")]);
    newer.raws_tp03 = None;
    newer.few = vec!["few".into(); 3];
    let bytes = [
        [int(1), int(1), long(4)].concat(),
        [int(1), int(5), string("t")].concat(),
        [int(1), int(2), string("n")].concat(),
        [int(1), int(2)].concat(),
        [int(1), b"raw".to_vec()].concat(),
        [int(3), string("few"), string("few"), string("few")].concat(),
    ];
    is(TP04, &newer, &bytes);
    is(TP05, &newer, &bytes);
    assert_eq!(refused(TP03, &newer), (NotInVersion, "numbers[].modtime"));
    assert_eq!(refused(TP04, &older), (Missing, "numbers[].modtime"));
    // Of several bounds the widest holds.
    let mut long = newer;
    long.few = vec!["few".into(); 4];
    assert_eq!(refused(TP04, &long), (ListLimit, "few"));
    long.few = vec!["four".into()];
    assert_eq!(refused(TP04, &long), (StringLimit, "few[].s"));
}

#[test]
fn a_field_that_becomes_something_else_is_two() {
    let older = Other {
        wide_tp03: Some(1),
        text_tp03: Some("t".into()),
        things_tp03: Some(vec!["x".into()]),
        ..Other::default()
    };
    is(TP03, &older, &[int(1), string("t"), int(1), string("x")]);
    let newer = Other {
        wide: Some(1),
        text: Some(vec!["t".into()]),
        things: Some("x".into()),
        ..Other::default()
    };
    is(TP04, &newer, &[long(1), int(1), string("t"), string("x")]);
    let mixed = Other {
        things: newer.things.clone(),
        ..older.clone()
    };
    assert_eq!(refused(TP03, &mixed), (NotInVersion, "things"));
    assert_eq!(refused(TP04, &older), (Missing, "wide"));
}

#[test]
fn optional_fields_come_between_others() {
    let all = Ends {
        a: 1,
        first: Some(2),
        between: Some(EndsBetween { t: "b".into() }),
        last: Some("l".into()),
    };
    is(TP04, &all, &[int(1), int(2), string("b"), string("l")]);
    let older = Ends {
        between: None,
        ..all.clone()
    };
    is(TP03, &older, &[int(1), int(2), string("l")]);
    assert_eq!(refused(TP03, &all), (NotInVersion, "between"));
    assert_eq!(refused(TP04, &older), (Gap, "last"));
    let gap = Ends {
        first: None,
        ..older
    };
    assert_eq!(refused(TP03, &gap), (Gap, "last"));
    is(TP05, &Ends::default(), &[int(0)]);
}

#[test]
fn fields_become_optional_and_stop_being_so() {
    let all = Firm {
        firm: Some(1),
        loose: Some(2),
        came: Some(FirmCame { t: "c".into() }),
        gone: Some(FirmGone { t: "g".into() }),
    };
    let older = Firm {
        came: None,
        ..all.clone()
    };
    is(TP03, &older, &[int(2), int(1), string("g")]);
    let newer = Firm {
        gone: None,
        ..all.clone()
    };
    is(TP04, &newer, &[int(1), int(2), string("c")]);
    let bare = Firm {
        loose: None,
        came: None,
        ..newer
    };
    is(TP04, &bare, &[int(1)]);
    assert_eq!(refused(TP03, &bare), (Missing, "loose"));
    assert_eq!(super::body(TP03, &all), super::body(TP03, &older));
}

#[test]
fn fields_may_be_called_what_the_bindings_use() {
    let older = Names {
        first: 1,
        ..Names::default()
    };
    is(TP03, &older, &[vec![1]]);
    let newer = Names {
        first: 1,
        reader: Some("a".into()),
        writer: Some("b".into()),
        version: Some("c".into()),
        run: Some("d".into()),
        optional: Some("e".into()),
        fields: Some("f".into()),
        wire: Some("g".into()),
        r#type: Some("h".into()),
        value: Some("i".into()),
        r: Some(vec![NamesR {
            entry: "j".into(),
            options: 2,
        }]),
    };
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(string);
    let bytes = [vec![1], names.concat(), int(1), string("j"), int(2)];
    is(TP04, &newer, &bytes);
}
