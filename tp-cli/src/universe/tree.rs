//! Objects as a tree: each under the one that holds it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use tp_net::model::{Object, Vector};
use unicode_width::UnicodeWidthStr as _;

use super::survey::Survey;

/// Names longer than this do not widen the column of names.
const WIDEST: usize = 48;

/// Objects deeper than this are not indented further.
const DEEPEST: usize = 40;

/// An object's place in the drawing.
pub(crate) struct Row {
    /// The branches that lead to the object, and its name.
    pub(crate) branch: String,
    pub(crate) id: u32,
    /// The name of its type.
    pub(crate) what: String,
    position: String,
}

/// What is still to be drawn.
struct Pending {
    id: u32,
    /// What stands in front of the rows below the object that holds this one.
    margin: String,
    depth: usize,
    last: bool,
}

/// The drawing, a line for each object.
pub(crate) fn draw(survey: &Survey) -> String {
    let rows = rows(survey);
    let width = |column: fn(&Row) -> &str| {
        let widths = rows.iter().map(|row| column(row).width());
        widths
            .filter(|width| *width <= WIDEST)
            .max()
            .unwrap_or_default()
    };
    let (branches, whats) = (width(|row| &row.branch), width(|row| &row.what));
    let largest = rows.iter().map(|row| row.id).max().unwrap_or_default();
    let digits = largest.to_string().len();
    let mut text = String::new();
    for row in &rows {
        let Row {
            branch,
            id,
            what,
            position,
        } = row;
        let (branch, what) = (fill(branch, branches), fill(what, whats));
        let line = format!("{branch}  {what}  {id:>digits$}  {position}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// The text with spaces behind it, up to so many columns of a terminal.
fn fill(text: &str, columns: usize) -> String {
    text.to_owned() + &" ".repeat(columns.saturating_sub(text.width()))
}

/// A row for each object, each below the one that holds it. What nothing holds is a root of its
/// own, the universe first.
pub(crate) fn rows(survey: &Survey) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut drawn = BTreeSet::new();
    let objects = survey.objects.values();
    let held: BTreeSet<u32> = objects.flat_map(|it| it.contains.iter().copied()).collect();
    let ids = survey.objects.keys().copied();
    let roots = ids.clone().filter(|id| *id == 0 || !held.contains(id));
    // What is left then holds itself, in a circle.
    for root in roots.chain(ids) {
        if !drawn.contains(&root) {
            draw_below(survey, root, &mut drawn, &mut rows);
        }
    }
    rows
}

/// Adds the rows of `root` and of everything in it.
fn draw_below(survey: &Survey, root: u32, drawn: &mut BTreeSet<u32>, rows: &mut Vec<Row>) {
    let start = Pending {
        id: root,
        margin: String::new(),
        depth: 0,
        last: true,
    };
    let mut pending = vec![start];
    while let Some(next) = pending.pop() {
        let Pending {
            id,
            margin,
            depth,
            last,
        } = next;
        let (twig, below) = match (depth, last) {
            (0, _) => ("", ""),
            (_, true) => ("└─ ", "   "),
            (_, false) => ("├─ ", "│  "),
        };
        let object = survey.objects.get(&id);
        let again = !drawn.insert(id);
        let name = object.map_or_else(|| "?".into(), |it| it.name.printable().to_string());
        rows.push(Row {
            branch: format!("{margin}{twig}{name}"),
            id,
            what: object.map(|it| kind_name(survey, it)).unwrap_or_default(),
            position: position(object, again),
        });
        let Some(object) = object.filter(|_| !again) else {
            continue;
        };
        let margin = if depth < DEEPEST {
            margin + below
        } else {
            margin
        };
        let depth = depth.saturating_add(1);
        // The first to be drawn goes on the pile last.
        for (place, &id) in object.contains.iter().rev().enumerate() {
            let margin = margin.clone();
            pending.push(Pending {
                id,
                margin,
                depth,
                last: place == 0,
            });
        }
    }
}

/// The name of the object's type, or its number.
pub(crate) fn kind_name(survey: &Survey, object: &Object) -> String {
    match survey.kinds.get(&object.otype) {
        Some(name) => name.printable().to_string(),
        None => format!("type {}", object.otype),
    }
}

/// Where the object is, and why nothing is drawn below it.
fn position(object: Option<&Object>, again: bool) -> String {
    let at = object.and_then(|object| object.position);
    let at = at.map(|Vector { x, y, z }| format!("({x}, {y}, {z})"));
    let remark = match object {
        None => Some("hidden".into()),
        Some(_) => again.then(|| "drawn above".into()),
    };
    let words: Vec<String> = at.into_iter().chain(remark).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn survey(objects: Vec<Object>) -> Survey {
        Survey {
            objects: objects
                .into_iter()
                .map(|object| (object.id, object))
                .collect(),
            kinds: HashMap::from([(0, "Universe".into()), (2, "Star".into())]),
        }
    }

    fn object(id: u32, otype: u32, name: &str, contains: &[u32]) -> Object {
        Object {
            id,
            otype,
            name: name.into(),
            contains: contains.to_vec(),
            position: (otype != 0).then(|| Vector::new(id.into(), -2, 0)),
            ..Object::default()
        }
    }

    #[test]
    fn branches_meet() {
        let drawn = draw(&survey(vec![
            object(0, 0, "All", &[7, 10]),
            object(7, 2, "Sol", &[8, 9]),
            object(8, 3, "Terra", &[]),
            object(9, 3, "\u{1b}Mars", &[]),
            object(10, 2, "Sirius", &[11, 99]),
            object(11, 3, "b", &[]),
        ]));
        let want = "\
All               Universe   0
├─ Sol            Star       7  (7, -2, 0)
│  ├─ Terra       type 3     8  (8, -2, 0)
│  └─ \\u{1b}Mars  type 3     9  (9, -2, 0)
└─ Sirius         Star      10  (10, -2, 0)
   ├─ b           type 3    11  (11, -2, 0)
   └─ ?                     99  hidden
";
        assert_eq!(drawn, want);
    }

    #[test]
    fn columns_are_those_of_a_terminal() {
        let drawn = draw(&survey(vec![
            object(0, 0, "All", &[1, 2, 3, 4, 5]),
            object(1, 2, "地球", &[]),
            object(2, 2, "हिन्दी", &[]),
            object(3, 2, "Cafe\u{301}", &[]),
            object(4, 2, "👩\u{200d}🚀", &[]),
            object(5, 2, "Terra Nova", &[]),
        ]));
        let want = "\
All            Universe  0
├─ 地球        Star      1  (1, -2, 0)
├─ हिन्दी       Star      2  (2, -2, 0)
├─ Cafe\u{301}        Star      3  (3, -2, 0)
├─ 👩\u{200d}🚀          Star      4  (4, -2, 0)
└─ Terra Nova  Star      5  (5, -2, 0)
";
        assert_eq!(drawn, want);
    }

    #[test]
    fn circles_end() {
        let drawn = draw(&survey(vec![
            object(0, 0, "All", &[1]),
            object(1, 2, "Sol", &[0, 1]),
        ]));
        let want = "\
All        Universe  0
└─ Sol     Star      1  (1, -2, 0)
   ├─ All  Universe  0  drawn above
   └─ Sol  Star      1  (1, -2, 0) drawn above
";
        assert_eq!(drawn, want);
    }

    #[test]
    fn nothing_is_left_out() {
        let drawn = draw(&survey(vec![
            object(3, 2, "c", &[3]),
            object(5, 2, "e", &[]),
            object(0, 0, "All", &[]),
        ]));
        let want = "\
All   Universe  0
e     Star      5  (5, -2, 0)
c     Star      3  (3, -2, 0)
└─ c  Star      3  (3, -2, 0) drawn above
";
        assert_eq!(drawn, want);
        assert_eq!(draw(&survey(vec![])), "");
    }

    #[test]
    fn depth_costs_little() {
        let chain = |length| {
            (0..length)
                .map(|id| object(id, 2, "x", &[id + 1]))
                .collect()
        };
        let drawn = draw(&survey(chain(20_000)));
        assert_eq!(drawn.lines().count(), 20_001);
        let widest = drawn.lines().map(|line| line.chars().count()).max();
        assert!(widest.is_some_and(|widest| widest < 200), "{widest:?}");
    }
}
