//! Figures, what was recorded of them, and whether one has become worse.

use std::collections::BTreeMap;
use std::fmt;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// A figure may be greater by this factor without being called so.
const TOLERANCE: f64 = 0.02;

/// Something that was counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is, and of what unit.
    pub name: String,
    /// How much it is, for one operation, connection or object.
    pub value: f64,
    /// How much it should be at most.
    pub bar: Option<f64>,
}

/// What figures depend on besides the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toolchain {
    rustc: String,
    target: String,
    libc: String,
    valgrind: String,
}

impl Toolchain {
    /// That of this machine.
    #[must_use]
    pub fn here() -> Self {
        let said = |program: &str, argument: &str| {
            let output = Command::new(program).arg(argument).output();
            let said = output.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
            said.unwrap_or_else(|_| format!("no {program}"))
        };
        Self {
            rustc: said("rustc", "--version"),
            target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            libc: said("getconf", "GNU_LIBC_VERSION"),
            valgrind: said("valgrind", "--version"),
        }
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rustc,
            target,
            libc,
            valgrind,
        } = self;
        write!(f, "{rustc}, {target}, {libc}, {valgrind}")
    }
}

/// What was counted when it was last recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// With what.
    pub toolchain: Toolchain,
    /// The values by their names.
    pub figures: BTreeMap<String, f64>,
}

impl Recorded {
    /// How a figure that was counted compares with what was recorded of it.
    #[must_use]
    pub fn verdict(&self, figure: &Figure) -> Verdict {
        Verdict::of(figure, self.figures.get(&figure.name).copied())
    }

    /// The figures that are worse than they were. `None` on another toolchain, where it is not known
    /// what they were.
    #[must_use]
    pub fn worse<'a>(&self, here: &Toolchain, counted: &'a [Figure]) -> Option<Vec<&'a Figure>> {
        let worse = counted.iter().filter(|it| self.verdict(it).is_worse());
        (self.toolchain == *here).then(|| worse.collect())
    }

    /// Records what was counted, but for what is worse while the page does not say why: that is
    /// returned, with what it was.
    ///
    /// On another toolchain nothing can be compared, and all is forgotten.
    pub fn update<'a>(
        &mut self,
        here: Toolchain,
        counted: &'a [Figure],
        page: &str,
    ) -> Vec<(&'a Figure, f64)> {
        if self.toolchain != here {
            self.figures.clear();
            self.toolchain = here;
        }
        let mut refused = Vec::new();
        for figure in counted {
            let before = self.figures.get(&figure.name).copied();
            if let Some(before) = before
                && self.verdict(figure).is_worse()
                && !is_explained(page, figure, before)
            {
                refused.push((figure, before));
                continue;
            }
            let value = rounded(figure.value);
            self.figures.insert(figure.name.clone(), value);
        }
        refused
    }
}

/// What has become of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is what it was.
    Same,
    /// It is less than it was, which is to be recorded, or the next growth passes for none.
    Fallen,
    /// It was not recorded.
    New,
    /// It is more than it was.
    Grown,
    /// It was at most the bar, and is above.
    OverBar,
}

impl Verdict {
    /// What is to be said of a figure that was recorded so.
    fn of(figure: &Figure, recorded: Option<f64>) -> Self {
        let Some(recorded) = recorded else {
            return Self::New;
        };
        let over = |value: f64| figure.bar.is_some_and(|bar| value > bar);
        if figure.value > recorded * (1.0 + TOLERANCE) {
            Self::Grown
        } else if over(figure.value) && !over(recorded) {
            Self::OverBar
        } else if figure.value < recorded * (1.0 - TOLERANCE) {
            Self::Fallen
        } else {
            Self::Same
        }
    }

    /// Whether it is a reason to fail.
    #[must_use]
    pub const fn is_worse(self) -> bool {
        matches!(self, Self::Grown | Self::OverBar)
    }

    const fn told(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::Fallen => "less: record it",
            Self::New => "new: record it",
            Self::Grown => "GROWN",
            Self::OverBar => "ABOVE THE BAR",
        }
    }
}

/// A value as it is recorded and told: four digits say more than enough.
fn rounded(value: f64) -> f64 {
    if value.abs() >= 1000.0 {
        value.round()
    } else {
        (value * 100.0).round() / 100.0
    }
}

/// One line of the table.
#[must_use]
pub fn row(figure: &Figure, recorded: Option<f64>) -> String {
    let told = |value: Option<f64>| value.map_or_else(String::new, |it| rounded(it).to_string());
    let change = recorded.map(|recorded| (figure.value / recorded - 1.0) * 100.0);
    let change = change.map_or_else(String::new, |it| format!("{it:+.1} %"));
    let met = match figure.bar {
        Some(bar) if figure.value > bar => "above",
        Some(_) => "met",
        None => "",
    };
    let (name, verdict) = (&figure.name, Verdict::of(figure, recorded).told());
    let (recorded, now, bar) = (told(recorded), told(Some(figure.value)), told(figure.bar));
    let row = format!("{name:<64}{recorded:>10}{now:>10}{change:>10}{bar:>8} {met:<6}{verdict}");
    row.trim_end().to_owned()
}

/// The heads of the columns.
#[must_use]
pub fn head() -> String {
    format!(
        "{:<64}{:>10}{:>10}{:>10}{:>8}",
        "for each", "recorded", "now", "change", "bar"
    )
}

/// Whether the page of benchmarks says why a figure grew so, and what was gained for it: a row
/// `| figure | recorded | now | why | gained |` of a table below the heading "What grew, and why".
fn is_explained(page: &str, figure: &Figure, recorded: f64) -> bool {
    let lines = page.lines().skip_while(|line| {
        !(line.starts_with('#') && line.trim_start_matches(['#', ' ']) == "What grew, and why")
    });
    let rows = lines.skip(1).take_while(|line| !line.starts_with('#'));
    let number = |cell: &str| cell.replace([',', ' '], "").parse::<f64>().ok();
    let close = |cell: &str, value: f64| {
        number(cell).is_some_and(|it| (it / value - 1.0).abs() <= TOLERANCE)
    };
    rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>())
        .any(|cells| match cells[..] {
            ["", name, from, to, why, gained, ""] => {
                name == figure.name
                    && close(from, recorded)
                    && close(to, figure.value)
                    && !why.is_empty()
                    && !gained.is_empty()
            }
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, bar: Option<f64>) -> Figure {
        Figure {
            name: "server, a Ping of 64: instructions".to_owned(),
            value,
            bar,
        }
    }

    #[test]
    fn a_figure_may_grow_by_two_in_a_hundred() {
        let verdict = |value, recorded| Verdict::of(&figure(value, None), recorded);
        assert_eq!(verdict(1019.0, Some(1000.0)), Verdict::Same);
        assert_eq!(verdict(1021.0, Some(1000.0)), Verdict::Grown);
        assert_eq!(verdict(981.0, Some(1000.0)), Verdict::Same);
        assert_eq!(verdict(979.0, Some(1000.0)), Verdict::Fallen);
        assert_eq!(verdict(7.0, None), Verdict::New);
        assert!(Verdict::Grown.is_worse() && Verdict::OverBar.is_worse());
        assert!(!Verdict::Fallen.is_worse() && !Verdict::New.is_worse());
    }

    #[test]
    fn a_bar_that_was_met_is_to_be_met() {
        let verdict = |value, recorded| Verdict::of(&figure(value, Some(1000.0)), Some(recorded));
        assert_eq!(verdict(1000.0, 1000.0), Verdict::Same);
        assert_eq!(verdict(1001.0, 1000.0), Verdict::OverBar);
        assert_eq!(verdict(1101.0, 1100.0), Verdict::Same);
        assert_eq!(verdict(1001.0, 1100.0), Verdict::Fallen);
    }

    fn toolchain(rustc: &str) -> Toolchain {
        Toolchain {
            rustc: rustc.to_owned(),
            target: "x86_64-linux".to_owned(),
            libc: "glibc 2.36".to_owned(),
            valgrind: "valgrind-3.19.0".to_owned(),
        }
    }

    fn recorded(value: f64) -> Recorded {
        Recorded {
            toolchain: toolchain("rustc 1"),
            figures: [(figure(0.0, None).name, value)].into(),
        }
    }

    #[test]
    fn what_has_grown_is_worse_and_not_judged_on_another_toolchain() {
        let counted = [figure(1100.0, None)];
        let worse = recorded(1000.0).worse(&toolchain("rustc 1"), &counted);
        assert_eq!(worse, Some(counted.iter().collect()));
        let same = recorded(1100.0).worse(&toolchain("rustc 1"), &counted);
        assert_eq!(same, Some(Vec::new()));
        let other = recorded(1000.0).worse(&toolchain("rustc 2"), &counted);
        assert_eq!(other, None);
    }

    #[test]
    fn what_has_grown_is_recorded_once_it_is_explained() {
        let counted = [figure(1100.0, None)];
        let here = || toolchain("rustc 1");
        let page = |to| {
            let name = &counted[0].name;
            format!("## What grew, and why\n| {name} | 1000 | {to} | it counts | counters |\n")
        };
        let mut unexplained = recorded(1000.0);
        let refused = unexplained.update(here(), &counted, &page(2000));
        assert_eq!(refused, [(&counted[0], 1000.0)]);
        assert_eq!(unexplained, recorded(1000.0));
        let mut explained = recorded(1000.0);
        assert!(explained.update(here(), &counted, &page(1100)).is_empty());
        assert_eq!(explained, recorded(1100.0));
        let mut fallen = recorded(2000.0);
        assert!(fallen.update(here(), &counted, "").is_empty());
        assert_eq!(fallen, recorded(1100.0));
        let mut elsewhere = recorded(1000.0);
        let refused = elsewhere.update(toolchain("rustc 2"), &counted, "");
        assert!(refused.is_empty() && elsewhere.toolchain == toolchain("rustc 2"));
        assert_eq!(elsewhere.figures, recorded(1100.0).figures);
    }

    #[test]
    fn growth_is_explained_by_a_row_with_its_figures() {
        let page =
            |row: &str| format!("# Page\n\n## What grew, and why\n\n|a|\n{row}\n\n## More\n");
        let grown = figure(1100.0, None);
        let explained = |page: &str| is_explained(page, &grown, 1000.0);
        let name = "server, a Ping of 64: instructions";
        let good = format!("| {name} | 1,000 | 1100 | it counts | counters |");
        assert!(explained(&page(&good)));
        for bad in [
            format!("| {name} | 1,000 | 1100 | it counts |  |"),
            format!("| {name} | 900 | 1100 | it counts | counters |"),
            format!("| {name} | 1,000 | 1050 | it counts | counters |"),
            "| another | 1,000 | 1100 | it counts | counters |".to_owned(),
        ] {
            assert!(!explained(&page(&bad)), "{bad}");
        }
        let elsewhere = format!("## What grew, and why\n\n## More\n\n{good}\n");
        assert!(!explained(&elsewhere));
        assert!(!explained(""));
    }

    #[test]
    fn a_row_tells_what_there_is_to_tell() {
        let told = row(&figure(803.4, Some(850.0)), Some(750.0));
        let words: Vec<&str> = told.rsplitn(8, ' ').filter(|it| !it.is_empty()).collect();
        assert!(told.contains("803.4") && told.contains("+7.1 %"), "{told}");
        assert_eq!(words[..2], ["GROWN", "met"], "{told}");
    }
}
