//! The map as a picture, and as a page to look around in.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Write as _};

use super::star_map::{Area, Mark, Point, StarMap};

/// How wide the picture is, in its own units; it is as high as the map wants it.
const WIDTH: f64 = 1000.0;
/// How low and how high it may be.
const HEIGHTS: (f64, f64) = (300.0, 1000.0);

/// Colours that people with all kinds of eyes tell apart (Okabe and Ito), on a dark ground.
const COLOURS: [&str; 7] = [
    "#56b4e9", "#e69f00", "#009e73", "#f0e442", "#d55e00", "#cc79a7", "#0072b2",
];
/// What nobody owns.
const NOBODYS: &str = "#b8c0cc";

/// What a map shows besides its points.
pub(crate) struct Legend {
    /// What stands above it.
    pub(crate) title: String,
    /// The names of players.
    pub(crate) players: BTreeMap<u32, String>,
}

impl Legend {
    fn colour(&self, owner: Option<u32>) -> &'static str {
        let Some(owner) = owner else { return NOBODYS };
        // By their order, so that the first have different ones; else by the number.
        let place = self.players.keys().position(|id| *id == owner);
        let place = place.unwrap_or_else(|| usize::try_from(owner).unwrap_or_default());
        place
            .checked_rem(COLOURS.len())
            .and_then(|place| COLOURS.get(place))
            .unwrap_or(&NOBODYS)
    }

    fn name(&self, owner: u32) -> String {
        let name = self.players.get(&owner);
        name.map_or_else(|| format!("player {owner}"), Clone::clone)
    }

    /// The owners of what is on the map.
    fn owners(&self, map: &StarMap) -> BTreeMap<u32, String> {
        let owners = map.points.iter().filter_map(|it| it.owner);
        owners.map(|owner| (owner, self.name(owner))).collect()
    }
}

/// Text in SVG and HTML.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // What SVG, which is XML, cannot have.
                letter if letter.is_control() => f.write_char('\u{fffd}')?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// Where the places of an area are in the picture.
struct Frame {
    area: Area,
    height: f64,
}

impl Frame {
    fn of(map: &StarMap) -> Self {
        let area = map.area();
        let height = (WIDTH * area.height() / area.width()).clamp(HEIGHTS.0, HEIGHTS.1);
        Self { area, height }
    }

    fn place(&self, at: tp_net::model::Vector) -> (f64, f64) {
        let (x, y) = self.area.place(at);
        (x * WIDTH, y * self.height)
    }
}

/// A picture of the map, by itself.
pub(crate) fn picture(map: &StarMap, legend: &Legend) -> String {
    let frame = Frame::of(map);
    let mut text = String::new();
    // Memory takes it all.
    let _ = writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"11\">\n\
         <title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#10141c\"/>",
        frame.height + 30.0,
        Escaped(&legend.title)
    );
    draw(&mut text, map, legend, &frame);
    let mut left = 12.0;
    for (owner, name) in legend.owners(map) {
        let colour = legend.colour(Some(owner));
        let (dot, word) = (frame.height + 15.0, frame.height + 19.0);
        let _ = writeln!(
            text,
            "<circle cx=\"{left:.0}\" cy=\"{dot:.0}\" r=\"5\" fill=\"{colour}\"/>\
             <text x=\"{:.0}\" y=\"{word:.0}\" fill=\"#dfe4ea\">{}</text>",
            left + 10.0,
            Escaped(&name)
        );
        left += 40.0 + 7.0 * name.chars().count() as f64;
    }
    text.push_str("</svg>\n");
    text
}

/// The points of the map, as elements of a picture.
fn draw(text: &mut String, map: &StarMap, legend: &Legend, frame: &Frame) {
    for point in &map.points {
        let Some(to) = point.leads_to else { continue };
        let ((x, y), (to_x, to_y)) = (frame.place(point.at), frame.place(to));
        let (class, dashes) = match point.mark {
            Mark::Wormhole => ("wormhole", "2 6"),
            _ => ("course", "5 3"),
        };
        let colour = legend.colour(point.owner);
        // Memory takes it all, here and below.
        let _ = writeln!(
            text,
            "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{y:.1}\" x2=\"{to_x:.1}\" y2=\"{to_y:.1}\" \
             stroke=\"{colour}\" stroke-dasharray=\"{dashes}\" opacity=\"0.6\"/>"
        );
    }
    let mut named = Names::default();
    // The most important have their names first.
    let mut shown: Vec<bool> = { map.points.iter().rev() }
        .map(|point| {
            let (x, y) = frame.place(point.at);
            named.take(x, y, &point.name)
        })
        .collect();
    shown.reverse();
    for (point, is_shown) in map.points.iter().zip(shown) {
        let (x, y) = frame.place(point.at);
        let owner = point
            .owner
            .map(|owner| legend.name(owner))
            .unwrap_or_default();
        let _ = write!(
            text,
            "<g class=\"{}\" data-id=\"{}\" data-name=\"{}\" data-owner=\"{}\" data-at=\"{}, {}, {}\" \
             fill=\"{}\"><title>{} ({})</title>",
            class(point.mark),
            point.id,
            Escaped(&point.name),
            Escaped(&owner),
            point.at.x,
            point.at.y,
            point.at.z,
            legend.colour(point.owner),
            Escaped(&point.name),
            point.id
        );
        shape(text, point, x, y);
        let crowded = match is_shown {
            true => "",
            false => " class=\"crowded\"",
        };
        let _ = writeln!(
            text,
            "<text{crowded} x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            x + 8.0,
            y + 4.0,
            Escaped(&point.name)
        );
    }
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Thing => "thing",
        Mark::Planet => "planet",
        Mark::Wormhole => "wormhole",
        Mark::Star => "star",
        Mark::Fleet => "fleet",
    }
}

fn shape(text: &mut String, point: &Point, x: f64, y: f64) {
    let _ = match point.mark {
        Mark::Star => write!(
            text,
            "<path d=\"M{x:.1} {:.1}l1.6 4.4 4.4 1.6-4.4 1.6-1.6 4.4-1.6-4.4-4.4-1.6 4.4-1.6z\"/>",
            y - 6.0
        ),
        Mark::Fleet => write!(
            text,
            "<path d=\"M{:.1} {:.1}l9 5-9 5z\"/>",
            x - 4.0,
            y - 5.0
        ),
        Mark::Wormhole => write!(
            text,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"none\" stroke=\"#b8c0cc\"/>"
        ),
        Mark::Planet => write!(text, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"),
        Mark::Thing => write!(text, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2\"/>"),
    };
}

/// Where names stand already, as boxes.
#[derive(Default)]
struct Names(Vec<(f64, f64, f64)>);

impl Names {
    /// Takes the room of a name; `false` if another stands there.
    fn take(&mut self, x: f64, y: f64, name: &str) -> bool {
        let end = x + 8.0 + 6.5 * name.chars().count() as f64;
        let is_free = self
            .0
            .iter()
            .all(|(left, right, at)| (at - y).abs() > 11.0 || end < *left || x > *right);
        if is_free {
            self.0.push((x, end, y));
        }
        is_free
    }
}

/// A page with the map in it, that needs no other file and no network: to zoom, to move about, to find
/// things by their names.
pub(crate) fn page(map: &StarMap, legend: &Legend) -> String {
    let frame = Frame::of(map);
    let mut drawing = String::new();
    draw(&mut drawing, map, legend, &frame);
    let mut owners = String::new();
    for (owner, name) in legend.owners(map) {
        let colour = legend.colour(Some(owner));
        // Memory takes it all.
        let _ = write!(
            owners,
            "<li><span style=\"background:{colour}\"></span>{}</li>",
            Escaped(&name)
        );
    }
    include_str!("page.html")
        .replace("{{title}}", &Escaped(&legend.title).to_string())
        .replace("{{owners}}", &owners)
        .replace("{{width}}", &WIDTH.to_string())
        .replace("{{height}}", &frame.height.to_string())
        .replace("{{drawing}}", &drawing)
}
