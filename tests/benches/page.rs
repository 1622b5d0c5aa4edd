//! `docs/benchmarks.md`: tables between their marks, plots beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tp_tests::plot::Plot;

/// A table as Markdown, and plots of it.
pub(crate) struct Measured {
    pub(crate) table: String,
    pub(crate) plots: Vec<Plot>,
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// Puts a table, and which run it is of, between `<!-- NAME -->` and `<!-- end -->`, and its plots
/// where the page shows them.
pub(crate) fn write(name: &str, measured: &Measured) {
    let page = docs().join("benchmarks.md");
    let text = fs::read_to_string(&page).unwrap();
    let mark = format!("<!-- {name} -->\n");
    let (before, rest) = text
        .split_once(&mark)
        .expect("the page has a mark for the table");
    let (_, after) = rest.split_once("<!-- end -->").expect("the table ends");
    let Measured { table, plots } = measured;
    let text = format!("{before}{mark}\n{table}\n{}\n\n<!-- end -->{after}", run());
    fs::write(page, text).unwrap();
    let folder = docs().join("benchmarks");
    fs::create_dir_all(&folder).unwrap();
    for plot in plots {
        fs::write(folder.join(format!("{}.svg", plot.name)), &plot.svg).unwrap();
    }
}

/// When, of what and on what this was measured.
fn run() -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap();
    let models = processors
        .lines()
        .filter_map(|line| line.strip_prefix("model name\t: "));
    let (model, number) = (models.clone().next().unwrap_or("unknown"), models.count());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let kernel = kernel.split('-').next().unwrap_or_default();
    let date = said("date", &["-u", "+%F"]);
    let commit = said("git", &["rev-parse", "--short", "HEAD"]);
    let rustc = said("rustc", &["--version"]);
    let rustc = rustc.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let redis = said("redis-server", &["--version"]);
    let redis = redis.split(' ').find_map(|it| it.strip_prefix("v="));
    let redis = redis
        .map(|version| format!(", redis {version}"))
        .unwrap_or_default();
    format!("*{date}, commit {commit}: {number} × {model}, Linux {kernel}, {rustc}{redis}.*")
}

/// What a program prints; nothing if it is not there.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
    text.unwrap_or_default()
}
