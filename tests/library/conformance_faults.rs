//! `test-client` against servers that do one thing wrong: it finds that, and nothing else.

use std::collections::BTreeSet;
use std::process::Command;

use tp_tests::faults::Fault;
use tp_tests::report::{Report, Verdict};

/// Groups that are run: all but the one about much at a time, which would take as long as the rest.
const GROUPS: [&str; 22] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
    "18", "19", "20", "21", "22",
];

/// The version to find a fault in: every other one in TP03, which takes half the time of both.
fn version(fault: &Fault) -> &'static str {
    let only_tp04 = ["NoFailReferences", "NoPads", "UndescribedObjectType"];
    let place = Fault::all().position(|it| it.name == fault.name).unwrap();
    match place % 2 == 0 || only_tp04.contains(&fault.name) {
        true => "tp04",
        false => "tp03",
    }
}

fn tested(fault: &'static Fault) -> Report {
    let server = fault.serve("127.0.0.1:0");
    let address = server.local_addr().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_test-client"))
        .args([&address, "--version", version(fault), "--register"])
        .args(["--report", "json", "--jobs", "8", "--patience", "3"])
        .arg("--only")
        .args(GROUPS)
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout);
    report.unwrap_or_else(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        panic!("{}: {error}: {said}", fault.name)
    })
}

fn finds(name: &str) {
    let fault = Fault::named(name).expect(name);
    let report = tested(fault);
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
    let broken: BTreeSet<&str> = fault.breaks.iter().copied().collect();
    let broken: BTreeSet<&str> = broken.intersection(&run).copied().collect();
    assert!(!broken.is_empty(), "{name}");
    let reasons: Vec<String> = report
        .outcomes()
        .filter(|(case, _)| !broken.contains(case.id.as_str()))
        .filter(|(_, outcome)| !matches!(outcome.verdict, Verdict::Pass | Verdict::Skipped))
        .map(|(case, outcome)| format!("{} {}: {:?}", case.id, outcome.column, outcome.reason))
        .collect();
    assert_eq!(found, broken, "{name}: {reasons:#?}");
}

macro_rules! every_fault {
    ($($test:ident: $($fault:ident)*;)*) => {
        $(
            #[test]
            fn $test() {
                [$(stringify!($fault)),*].into_iter().for_each(finds);
            }
        )*

        #[test]
        fn every_fault_is_tried() {
            let tried: BTreeSet<&str> = [$($(stringify!($fault)),*),*].into();
            let all: BTreeSet<&str> = Fault::all().map(|fault| fault.name).collect();
            assert_eq!(tried, all);
            assert_eq!(all.len(), Fault::all().count(), "a name is used once");
        }
    };
}

every_fault! {
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
    needed_by_many: UndescribedOrderType UndescribedObjectType MissingObject MissingDesign
        RemovedWithFail;
}
