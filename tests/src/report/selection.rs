//! Which cases are meant: the options that every program has that runs some.

use clap::Args;

/// Options of the command line.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// Only these cases or groups: 3, 12.5, 11.4
    #[arg(long, num_args = 1.., value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,

    /// Leave these cases or groups out; the report says so
    #[arg(long, num_args = 1.., value_name = "ID", value_delimiter = ',')]
    except: Vec<String>,
}

impl Selection {
    /// Whether cases were asked for one by one, or group by group.
    #[must_use]
    pub fn names_some(&self) -> bool {
        !self.only.is_empty()
    }

    /// Whether a case is meant.
    #[must_use]
    pub fn has(&self, case: &str) -> bool {
        let only = self.only.is_empty() || self.only.iter().any(|id| is_in(case, id));
        only && !self.except.iter().any(|id| is_in(case, id))
    }

    /// What a report should say of it, where these cases are all that there are.
    ///
    /// # Errors
    ///
    /// There is no case or group of a name, or nothing is left.
    pub fn remarks(&self, cases: &[&str]) -> Result<Vec<String>, String> {
        for id in self.only.iter().chain(&self.except) {
            if !cases.iter().any(|case| is_in(case, id)) {
                return Err(format!("there is no case or group {id}; --list shows them"));
            }
        }
        let left = cases.iter().filter(|case| self.has(case)).count();
        if left == 0 {
            return Err("--except leaves none of the cases".into());
        }
        let mut remarks = Vec::new();
        if self.names_some() {
            let ids = self.only.join(" ");
            remarks.push(format!("--only {ids}: {left} of {} cases", cases.len()));
        }
        for id in &self.except {
            let out = cases.iter().filter(|case| is_in(case, id)).count();
            let cases = if out == 1 { "case is" } else { "cases are" };
            remarks.push(format!("--except {id}: {out} {cases} left out"));
        }
        Ok(remarks)
    }
}

/// Whether an id is this one, or inside it: `12.5.1` is inside `12` and `12.5`.
fn is_in(case: &str, id: &str) -> bool {
    let rest = case.strip_prefix(id);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
