//! Tables of what was measured.

/// Rows of cells, the first of which are the heads of columns.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of no rows.
    pub fn new<const N: usize>(heads: [&str; N]) -> Self {
        let rows = vec![heads.map(str::to_owned).to_vec()];
        Self { rows }
    }

    /// One more row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    /// As Markdown; all columns but the first are of numbers.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let (heads, rows) = self.rows.split_first().unwrap();
        let numbers = "|---:".repeat(heads.len() - 1);
        let lines = rows.iter().map(|row| line(row));
        line(heads) + "|---" + &numbers + "|\n" + &lines.collect::<String>()
    }
}

/// The one in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// With three digits, and thousands told apart.
pub fn number(value: f64) -> String {
    if value < 9.995 {
        return format!("{value:.2}");
    }
    if value < 99.95 {
        return format!("{value:.1}");
    }
    count(value.round() as usize)
}

/// With thousands told apart.
pub fn count(number: usize) -> String {
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
