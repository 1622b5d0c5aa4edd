//! `test-client` against servers that do one thing wrong: it finds that, and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use std::collections::BTreeSet;
use std::process::Command;

use tp_game::defects::{self, Defect};
use tp_tests::report::{Report, Verdict};

/// Groups that are run: all but the one about much at a time, which would take as long as the rest.
const GROUPS: [&str; 22] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
    "18", "19", "20", "21", "22",
];

/// The version to find a defect in: every other one in TP03, which takes half the time of both.
fn version(defect: Defect) -> &'static str {
    let only_tp04 = [Defect::NoFailReferences, Defect::NoPads];
    let place = Defect::ALL.iter().position(|it| *it == defect).unwrap();
    match place % 2 == 0 || only_tp04.contains(&defect) {
        true => "tp04",
        false => "tp03",
    }
}

/// The cases whose rule a defect breaks, in either version. All others have to come out as they do
/// without it.
fn broken_rules(defect: Defect) -> &'static [&'static str] {
    use Defect::*;
    match defect {
        SilentToStrangers => &["1.6"],
        SilentOnTooLong => &["2.20", "2.21", "2.22"],
        OtherVersion => &["1.2"],
        SequenceNumberCut => &["8.2", "8.3"],
        // Every case that sends such a frame waits for an answer with its number.
        UnknownFrameUnnumbered | ClosesOnUnknownFrame => &[
            "2.16", "2.17", "2.18", "8.8", "21.1", "21.2", "21.3", "21.4", "21.12",
        ],
        RepliesSwapped => &["8.12"],
        // Every case that ends a turn is told so.
        UnaskedNumbered => &[
            "18.1", "18.2", "18.3", "18.4", "18.5", "18.6", "18.7", "18.8", "18.9", "18.10",
            "18.11", "18.12", "20.11",
        ],
        RefusesTrailingBytes => &["2.14", "2.15"],
        TrailingGarbage => &["2.29"],
        // For no messages it says one.
        SequenceOneTooMany => &["5.21", "15.11", "15.19"],
        SilentOnUnknownResource => &["12.22.2", "12.22.5"],
        InventsProperties => &["12.58.2", "12.58.5"],
        OtherFailCode => &["12.5.2", "21.13"],
        NoFailReferences => &[
            "12.5.5", "12.8.5", "12.16.5", "12.22.5", "12.41.5", "12.47.5", "12.54.5", "12.58.5",
            "12.67.5", "12.74.5", "21.3",
        ],
        SortsObjects => &["9.5", "9.6", "9.8", "9.10"],
        MergesComponents => &["12.54.3"],
        NoModtimes => &["10.56.4"],
        RemainingTooMany => &["10.37.1", "10.37.2"],
        AnyKey => &["11.3", "11.4", "11.5", "11.7", "21.10"],
        AnyStart => &["11.9", "11.10"],
        ListsBeforeLogin => &["4.37"],
        SecondLogin => &["6.7", "21.7"],
        NoPing => &["7.6", "7.7"],
        StringsCutAtNul => &["19.9"],
        LongBodiesCut => &["15.17", "15.18"],
        AppendsInFront => &["14.3", "14.14"],
        KeepsCategories => &["16.4", "16.5", "16.6", "16.8", "21.9"],
        // Whatever comes after the filter was set and has a string that is no multiple of four.
        NoPads => &[
            "20.5", "20.6", "20.7", "20.9", "20.10", "20.11", "20.14.0", "20.14.1", "20.14.2",
            "20.14.3", "20.14.4",
        ],
        other => panic!("{other} is new: which rules does it break?"),
    }
}

fn tested(defect: Defect) -> Report {
    let server = defects::serve(defect).unwrap();
    let address = server.local_addr().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_test-client"))
        .args([
            &address,
            "--version",
            version(defect),
            "--register",
            "--report",
            "json",
            "--jobs",
            "8",
            "--patience",
            "3",
        ])
        .arg("--only")
        .args(GROUPS)
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout);
    report.unwrap_or_else(|error| {
        panic!(
            "{defect}: {error}: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

fn finds(defect: Defect) {
    let report = tested(defect);
    let found: BTreeSet<&str> = report
        .outcomes()
        .filter(|(_, outcome)| matches!(outcome.verdict, Verdict::Fail | Verdict::Deviation))
        .map(|(case, _)| case.id.as_str())
        .collect();
    // Of the cases that there are in this version.
    let run: BTreeSet<&str> = report
        .outcomes()
        .map(|(case, _)| case.id.as_str())
        .collect();
    let broken: BTreeSet<&str> = broken_rules(defect).iter().copied().collect();
    let broken: BTreeSet<&str> = broken.intersection(&run).copied().collect();
    assert!(!broken.is_empty(), "{defect}");
    let reasons: Vec<String> = report
        .outcomes()
        .filter(|(case, _)| !broken.contains(case.id.as_str()))
        .filter(|(_, outcome)| !matches!(outcome.verdict, Verdict::Pass | Verdict::Skipped))
        .map(|(case, outcome)| format!("{} {}: {:?}", case.id, outcome.column, outcome.reason))
        .collect();
    assert_eq!(found, broken, "{defect}: {reasons:#?}");
}

macro_rules! every_defect {
    ($($test:ident: $($defect:ident)*;)*) => {
        $(
            #[test]
            fn $test() {
                [$(Defect::$defect),*].into_iter().for_each(finds);
            }
        )*

        #[test]
        fn every_defect_is_tried() {
            let tried = [$($(Defect::$defect),*),*];
            for defect in Defect::ALL {
                assert!(tried.contains(defect), "{defect}");
            }
            assert_eq!(tried.len(), Defect::ALL.len());
        }
    };
}

every_defect! {
    greetings: SilentToStrangers OtherVersion;
    framing: SilentOnTooLong RefusesTrailingBytes TrailingGarbage;
    unknown_frames: UnknownFrameUnnumbered ClosesOnUnknownFrame;
    numbers_and_order: SequenceNumberCut RepliesSwapped UnaskedNumbered;
    groups: SequenceOneTooMany SortsObjects MergesComponents;
    unknown_ids: SilentOnUnknownResource InventsProperties OtherFailCode NoFailReferences;
    lists: NoModtimes RemainingTooMany AnyKey AnyStart;
    states: ListsBeforeLogin SecondLogin NoPing;
    messages: StringsCutAtNul LongBodiesCut;
    changes: AppendsInFront KeepsCategories;
    padding: NoPads;
}
