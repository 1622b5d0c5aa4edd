//! Tables of what was measured, and how much effort goes into it.

use std::time::Duration;

/// How much effort a table is worth.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Rounds, each of which measures everything once; the medians of them are told.
    pub(crate) rounds: usize,
    /// For how long a server is loaded.
    pub(crate) time: Duration,
    /// The largest worlds are this part of what they could be.
    pub(crate) shrink: usize,
}

impl Effort {
    pub(crate) const FULL: Self = Self {
        rounds: 5,
        time: Duration::from_millis(250),
        shrink: 1,
    };
    pub(crate) const QUICK: Self = Self {
        rounds: 1,
        time: Duration::from_millis(30),
        shrink: 10,
    };
}

/// Rows of cells, the first of which are the heads of columns.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<const N: usize>(heads: [&str; N]) -> Self {
        let rows = vec![heads.map(str::to_owned).to_vec()];
        Self { rows }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    /// As Markdown; all columns but the first are of numbers.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let (heads, rows) = self.rows.split_first().unwrap();
        let numbers = "|---:".repeat(heads.len() - 1);
        let lines = rows.iter().map(|row| line(row));
        line(heads) + "|---" + &numbers + "|\n" + &lines.collect::<String>()
    }
}

/// The one in the middle.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// With three digits, and thousands told apart.
pub(crate) fn number(value: f64) -> String {
    if value < 9.995 {
        return format!("{value:.2}");
    }
    if value < 99.95 {
        return format!("{value:.1}");
    }
    count(value.round() as usize)
}

/// With thousands told apart.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
