//! Where things are: a map, seen from above.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Style};
use tp_net::model::{Object, ObjectKind, Vector};

/// What a mark on the map stands for, the most important last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Mark {
    /// Of no kind that is known.
    Thing,
    /// A planet.
    Planet,
    /// A wormhole.
    Wormhole,
    /// A star system.
    Star,
    /// Ships.
    Fleet,
}

impl Mark {
    /// How it is drawn in a terminal.
    pub(crate) const fn symbol(self) -> char {
        match self {
            Self::Thing => '·',
            Self::Planet => '○',
            Self::Wormhole => '◎',
            Self::Star => '✶',
            Self::Fleet => '▶',
        }
    }

    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Thing => "object",
            Self::Planet => "planet",
            Self::Wormhole => "wormhole",
            Self::Star => "star system",
            Self::Fleet => "fleet",
        }
    }

    /// What an object is drawn as; `None` if it holds the map, as universe and galaxies do.
    fn of(object: &Object) -> Option<Self> {
        Some(match &object.kind {
            Some(ObjectKind::Universe { .. } | ObjectKind::Galaxy) => return None,
            Some(ObjectKind::StarSystem) => Self::Star,
            Some(ObjectKind::Planet { .. }) => Self::Planet,
            Some(ObjectKind::Fleet { .. }) => Self::Fleet,
            Some(ObjectKind::Wormhole { .. }) => Self::Wormhole,
            _ if object.id == 0 => return None,
            _ => Self::Thing,
        })
    }
}

/// Something on the map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    pub(crate) id: u32,
    /// Made printable.
    pub(crate) name: String,
    pub(crate) mark: Mark,
    pub(crate) owner: Option<u32>,
    pub(crate) at: Vector,
    /// Where a wormhole ends, and where a fleet is in a turn.
    pub(crate) leads_to: Option<Vector>,
}

/// A map of everything that has a place.
#[derive(Debug, Clone, Default)]
pub(crate) struct StarMap {
    /// In the order in which they are drawn: what is drawn last covers what is below it.
    pub(crate) points: Vec<Point>,
}

/// A part of the plane, from the smallest coordinates to the greatest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
    pub(crate) top: f64,
}

impl StarMap {
    pub(crate) fn of<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Self {
        let points = objects.into_iter().filter_map(Point::of);
        let mut points: Vec<Point> = points.collect();
        points.sort_by_key(|point| (point.mark, point.id));
        Self { points }
    }

    /// What holds all points, and a little more; a unit square if there is none.
    pub(crate) fn area(&self) -> Area {
        let xs = || self.points.iter().map(|it| float(it.at.x));
        let ys = || self.points.iter().map(|it| float(it.at.y));
        let least =
            |numbers: &mut dyn Iterator<Item = f64>| numbers.reduce(f64::min).unwrap_or(0.0);
        let most = |numbers: &mut dyn Iterator<Item = f64>| numbers.reduce(f64::max).unwrap_or(0.0);
        let area = Area {
            left: least(&mut xs()),
            right: most(&mut xs()),
            bottom: least(&mut ys()),
            top: most(&mut ys()),
        };
        area.widened(0.04)
    }
}

impl Point {
    fn of(object: &Object) -> Option<Self> {
        let at = object.position?;
        let velocity = object.velocity.filter(|it| *it != Vector::default());
        let leads_to = match &object.kind {
            Some(ObjectKind::Wormhole { end }) => Some(*end),
            _ => velocity.map(|by| {
                Vector::new(
                    at.x.saturating_add(by.x),
                    at.y.saturating_add(by.y),
                    at.z.saturating_add(by.z),
                )
            }),
        };
        Some(Self {
            id: object.id,
            name: object.name.printable().to_string(),
            mark: Mark::of(object)?,
            owner: object.owner(),
            at,
            leads_to,
        })
    }
}

impl Area {
    pub(crate) fn width(self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(self) -> f64 {
        self.top - self.bottom
    }

    /// With so much more on each side, a part of its size; what has no size gets some.
    pub(crate) fn widened(self, part: f64) -> Self {
        let more = self.width().max(self.height()).max(1.0) * part;
        self.widened_by(more, more)
    }

    /// The same middle, so many times as wide and high.
    pub(crate) fn scaled(self, times: f64) -> Self {
        self.widened_by(
            self.width() * (times - 1.0) / 2.0,
            self.height() * (times - 1.0) / 2.0,
        )
    }

    /// What lies so many of its widths to the right, and heights further up.
    pub(crate) fn moved(self, right: f64, up: f64) -> Self {
        let (right, up) = (self.width() * right, self.height() * up);
        Self {
            left: self.left + right,
            right: self.right + right,
            bottom: self.bottom + up,
            top: self.top + up,
        }
    }

    /// As large, with this place in the middle.
    pub(crate) fn around(self, x: f64, y: f64) -> Self {
        let (width, height) = (self.width() / 2.0, self.height() / 2.0);
        Self {
            left: x - width,
            right: x + width,
            bottom: y - height,
            top: y + height,
        }
    }

    fn widened_by(self, x: f64, y: f64) -> Self {
        Self {
            left: self.left - x,
            right: self.right + x,
            bottom: self.bottom - y,
            top: self.top + y,
        }
    }

    /// Where a place is, as parts of the width from the left and of the height from the top;
    /// outside of 0 to 1 if it is outside.
    pub(crate) fn place(self, at: Vector) -> (f64, f64) {
        let x = (float(at.x) - self.left) / self.width();
        let y = (self.top - float(at.y)) / self.height();
        (x, y)
    }
}

#[allow(clippy::cast_precision_loss, reason = "a map is not that exact")]
pub(crate) fn float(coordinate: i64) -> f64 {
    coordinate as f64
}

/// The map as lines of characters, each with the owner of what is there: so many columns wide. Names
/// stand beside what is most important, as far as there is room.
pub(crate) fn grid(map: &StarMap, area: Area, columns: usize, rows: usize) -> Vec<Vec<Cell>> {
    let mut grid = vec![vec![Cell::default(); columns]; rows];
    // Where each cell's most important point is.
    let mut tops: BTreeMap<(usize, usize), &Point> = BTreeMap::new();
    for point in &map.points {
        let (x, y) = area.place(point.at);
        let place = (cell(y, rows), cell(x, columns));
        if let (Some(row), Some(column)) = place {
            tops.insert((row, column), point);
        }
    }
    for (&(row, column), point) in &tops {
        put(&mut grid, row, column, point.mark.symbol(), point);
    }
    // The most important have their names first.
    let mut named: Vec<_> = tops.iter().collect();
    named.sort_by_key(|(place, point)| (std::cmp::Reverse(point.mark), **place));
    for (&(row, column), point) in named {
        write_name(&mut grid, row, column, point);
    }
    grid
}

/// A character of a map, and who owns what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) symbol: char,
    /// Whose it is, and of which object; `None` if nothing is there.
    pub(crate) of: Option<(u32, Option<u32>)>,
}

impl Default for Cell {
    fn default() -> Self {
        Self {
            symbol: ' ',
            of: None,
        }
    }
}

/// Which of so many cells a part of the whole falls into; `None` if it is outside.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "it is within the cells"
)]
fn cell(part: f64, cells: usize) -> Option<usize> {
    (0.0..1.0)
        .contains(&part)
        .then_some((part * cells as f64) as usize)
}

fn put(grid: &mut [Vec<Cell>], row: usize, column: usize, symbol: char, point: &Point) {
    if let Some(cell) = grid.get_mut(row).and_then(|it| it.get_mut(column)) {
        *cell = Cell {
            symbol,
            of: Some((point.id, point.owner)),
        };
    }
}

/// Writes a name behind its mark, if it fits there with a blank on both sides. Only what takes one
/// column each can be put into cells.
fn write_name(grid: &mut [Vec<Cell>], row: usize, column: usize, point: &Point) {
    use unicode_width::UnicodeWidthChar as _;

    let letters: Vec<char> = point.name.chars().collect();
    let is_plain = letters.iter().all(|it| it.width() == Some(1));
    let start = column.saturating_add(2);
    let end = start.saturating_add(letters.len());
    let room = grid
        .get(row)
        .and_then(|it| it.get(column.saturating_add(1)..end.saturating_add(1)));
    let is_free = room.is_some_and(|it| it.iter().all(|cell| cell.of.is_none()));
    if !is_plain || !is_free {
        return;
    }
    for (place, letter) in (start..).zip(letters) {
        put(grid, row, place, letter, point);
    }
}

/// Colours of owners in a terminal.
const COLOURS: [AnsiColor; 6] = [
    AnsiColor::Green,
    AnsiColor::Red,
    AnsiColor::Yellow,
    AnsiColor::Magenta,
    AnsiColor::Cyan,
    AnsiColor::Blue,
];

/// How what a player owns is shown in a terminal.
pub(crate) fn style(owner: u32) -> Style {
    let place = usize::try_from(owner)
        .unwrap_or_default()
        .checked_rem(COLOURS.len());
    let colour = place.and_then(|place| COLOURS.get(place)).copied();
    Style::new().fg_color(colour.map(Color::Ansi)).bold()
}

/// The map for a terminal, so wide and so high, and below it what the marks stand for.
pub(crate) fn drawn(map: &StarMap, columns: u16, rows: usize) -> String {
    let mut text = String::new();
    for row in grid(map, map.area(), columns.into(), rows) {
        let end = row.iter().rposition(|cell| cell.of.is_some());
        let row = row
            .get(..end.map_or(0, |end| end.saturating_add(1)))
            .unwrap_or_default();
        // What belongs together is coloured together.
        for part in row.chunk_by(|one, other| one.of.map(|it| it.1) == other.of.map(|it| it.1)) {
            let letters: String = part.iter().map(|cell| cell.symbol).collect();
            let owner = part.first().and_then(|cell| cell.of?.1);
            match owner.map(style) {
                // Memory takes it all.
                Some(style) => drop(write!(text, "{style}{letters}{style:#}")),
                None => text.push_str(&letters),
            }
        }
        text.push('\n');
    }
    let mut marks: Vec<Mark> = map.points.iter().map(|it| it.mark).collect();
    marks.dedup();
    let legend = marks
        .iter()
        .rev()
        .map(|it| format!("{} {}", it.symbol(), it.name()));
    let legend: Vec<String> = legend.collect();
    text.push_str(&legend.join("  "));
    text.push('\n');
    text
}
