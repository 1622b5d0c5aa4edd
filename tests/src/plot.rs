//! Plots of how something grows, as SVG that is read on light and on dark.
//!
//! Both axes are logarithmic, where nothing else is said: what grows with its cause is a line that
//! rises as the grid does, and what stays is level. By hand, as these are two hundred lines and no library of plots that is kept
//! up leaves colours to the reader's scheme.

use std::fmt::Write as _;

/// A picture with panels side by side.
pub struct Plot {
    /// The name of its file, without the end.
    pub name: &'static str,
    /// The picture.
    pub svg: String,
}

/// One pair of axes.
pub struct Panel {
    /// What the vertical axis is of, with its unit.
    title: String,
    curves: Vec<(&'static str, Vec<(f64, f64)>)>,
    scale: Scale,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    Logarithmic,
    /// From zero.
    Linear,
}

impl Panel {
    /// Curves, by their names, of points that are above zero.
    pub fn new(
        title: impl Into<String>,
        curves: impl IntoIterator<Item = (&'static str, Vec<(f64, f64)>)>,
    ) -> Self {
        let positive = |(name, points): (_, Vec<(f64, f64)>)| {
            let points = points.into_iter().filter(|(_, y)| *y > 0.0);
            (name, points.collect())
        };
        Self {
            title: title.into(),
            curves: curves.into_iter().map(positive).collect(),
            scale: Scale::Logarithmic,
        }
    }

    /// The same with both axes linear and from zero, for points so many that none is told apart.
    #[must_use]
    pub fn linear(mut self) -> Self {
        self.scale = Scale::Linear;
        self
    }
}

const STYLE: &str = "
.back { fill: #ffffff }
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 }
.panel { font-weight: 600 }
.end { text-anchor: end }
.middle { text-anchor: middle }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.curve { fill: none; stroke-width: 2.5 }
.c0 { stroke: #0550ae } .d0 { fill: #0550ae }
.c1 { stroke: #bc4c00; stroke-dasharray: 7 4 } .d1 { fill: #bc4c00 }
.c2 { stroke: #116329; stroke-dasharray: 2 4 } .d2 { fill: #116329 }
@media (prefers-color-scheme: dark) {
  .back { fill: #0d1117 }
  text { fill: #e6edf3 }
  .grid { stroke: #3d444d }
  .c0 { stroke: #79c0ff } .d0 { fill: #79c0ff }
  .c1 { stroke: #ffa657 } .d1 { fill: #ffa657 }
  .c2 { stroke: #7ee787 } .d2 { fill: #7ee787 }
}
";

/// Pixels of a panel, and of what is around its axes.
const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 28.0;
const TOP: f64 = 104.0;
const BOTTOM: f64 = 56.0;

impl Plot {
    /// Panels with the same horizontal axis.
    pub fn new(name: &'static str, title: &str, across: &str, panels: &[Panel]) -> Self {
        let width = WIDTH * panels.len() as f64;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {HEIGHT}\" \
             role=\"img\" aria-label=\"{title}\">\n<style>{STYLE}</style>\n\
             <rect class=\"back\" width=\"{width}\" height=\"{HEIGHT}\"/>\n\
             <text class=\"title\" x=\"20\" y=\"30\">{title}</text>\n"
        );
        for (index, panel) in panels.iter().enumerate() {
            let x = WIDTH * index as f64;
            let _ = writeln!(svg, "<g transform=\"translate({x} 0)\">");
            panel.draw(&mut svg, across);
            svg.push_str("</g>\n");
        }
        svg.push_str("</svg>\n");
        Self { name, svg }
    }
}

/// An axis: what its ends are, and where they are in pixels.
struct Axis {
    scale: Scale,
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Axis {
    /// Over all values, with a little room.
    fn over(values: impl Iterator<Item = f64> + Clone, scale: Scale, start: f64, end: f64) -> Self {
        let from = match scale {
            Scale::Logarithmic => values.clone().fold(f64::INFINITY, f64::min) / 1.25,
            Scale::Linear => 0.0,
        };
        let to = values.fold(0.0, f64::max) * 1.25;
        Self {
            scale,
            from,
            to,
            start,
            end,
        }
    }

    fn at(&self, value: f64) -> f64 {
        let part = match self.scale {
            Scale::Logarithmic => (value / self.from).ln() / (self.to / self.from).ln(),
            Scale::Linear => value / self.to,
        };
        self.start + part * (self.end - self.start)
    }

    /// Round numbers: powers of ten, and in between where these are few.
    fn ticks(&self) -> Vec<f64> {
        if self.scale == Scale::Linear {
            let power = 10_f64.powf((self.to / 5.0).log10().floor());
            let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
            let step = steps.into_iter().find(|step| self.to / step <= 6.0);
            let step = step.unwrap_or(self.to);
            return (0..=6)
                .map(|number| f64::from(number) * step)
                .filter(|tick| *tick <= self.to)
                .collect();
        }
        let decades = (self.to / self.from).log10();
        let steps: &[f64] = match decades {
            ..1.2 => &[1.0, 2.0, 3.0, 5.0, 7.0],
            1.2..2.5 => &[1.0, 3.0],
            _ => &[1.0],
        };
        let first = self.from.log10().floor() as i32;
        let powers = (first..first + 16).map(|power| 10_f64.powi(power));
        let ticks = powers.flat_map(|power| steps.iter().map(move |step| step * power));
        ticks
            .filter(|tick| (self.from..=self.to).contains(tick))
            .collect()
    }
}

impl Panel {
    fn draw(&self, svg: &mut String, across: &str) {
        let points = self.curves.iter().flat_map(|(_, points)| points);
        let x = Axis::over(
            points.clone().map(|it| it.0),
            self.scale,
            LEFT,
            WIDTH - RIGHT,
        );
        let y = Axis::over(points.map(|it| it.1), self.scale, HEIGHT - BOTTOM, TOP);
        let _ = writeln!(
            svg,
            "<text class=\"panel\" x=\"20\" y=\"60\">{}</text>",
            self.title
        );
        self.legend(svg);
        let (right, low) = (x.end, y.start);
        for tick in y.ticks() {
            let (at, label) = (y.at(tick), label(tick));
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{right}\"/>\
                 <text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
                LEFT - 8.0,
                at + 4.0
            );
        }
        // Where something was measured.
        let mut measured: Vec<f64> = { self.curves.iter() }
            .flat_map(|(_, points)| points.iter().map(|it| it.0))
            .collect();
        measured.sort_by(f64::total_cmp);
        measured.dedup();
        if self.scale == Scale::Linear {
            measured = x.ticks();
        }
        for value in measured {
            let (at, label) = (x.at(value), label(value));
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{at:.1} {TOP}V{low}\"/>\
                 <text class=\"middle\" x=\"{at:.1}\" y=\"{:.1}\">{label}</text>",
                low + 20.0
            );
        }
        let _ = writeln!(
            svg,
            "<text class=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{across}</text>",
            f64::midpoint(LEFT, right),
            low + 42.0
        );
        for (index, (_, points)) in self.curves.iter().enumerate() {
            let mut path = String::new();
            let mut dots = String::new();
            for (number, point) in points.iter().enumerate() {
                let (x, y) = (x.at(point.0), y.at(point.1));
                let step = if number == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{step}{x:.1} {y:.1}");
                if self.scale == Scale::Linear {
                    continue;
                }
                let _ = write!(
                    dots,
                    "<circle class=\"d{index}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"
                );
            }
            let _ = writeln!(svg, "<path class=\"curve c{index}\" d=\"{path}\"/>{dots}");
        }
    }

    /// Which curve is which, in a row above the axes.
    fn legend(&self, svg: &mut String) {
        let mut at = LEFT;
        for (index, (name, _)) in self.curves.iter().enumerate() {
            let _ = writeln!(
                svg,
                "<path class=\"curve c{index}\" d=\"M{at} 82H{:.1}\"/>\
                 <text x=\"{:.1}\" y=\"86\">{name}</text>",
                at + 28.0,
                at + 34.0
            );
            at += 54.0 + 7.5 * name.chars().count() as f64;
        }
    }
}

/// A number with as few digits as it needs.
fn label(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        ..0.001 => format!("{value:.0e}"),
        ..1.0 => {
            let digits = format!("{value:.4}");
            digits.trim_end_matches('0').to_owned()
        }
        ..1e6 => crate::table::count(value.round() as usize),
        _ => format!("{} million", value / 1e6),
    }
}
