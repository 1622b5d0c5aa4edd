//! Memory over time, and whether it grows.

use std::fmt;
use std::time::Duration;

use tp_tests::plot::{Panel, Plot};

const MIB: f64 = 1024.0 * 1024.0;

/// By how many MiB memory may grow while it is fitted.
const MOST: f64 = 8.0;

/// Seconds, and MiB at that time.
#[derive(Default)]
pub(crate) struct Growth {
    points: Vec<(f64, f64)>,
}

/// A straight line.
struct Line {
    /// MiB a second.
    slope: f64,
    start: f64,
}

impl Growth {
    pub(crate) fn note(&mut self, when: Duration, bytes: u64) {
        self.points.push((when.as_secs_f64(), bytes as f64 / MIB));
    }

    /// The second half: until then the world fills what it may.
    fn settled(&self) -> &[(f64, f64)] {
        &self.points[self.points.len() / 2..]
    }

    /// The line with the least squares.
    fn line(&self) -> Line {
        let points = self.settled();
        let number = points.len().max(1) as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / number;
        let (x, y) = (mean(|it| it.0), mean(|it| it.1));
        let along: f64 = points.iter().map(|it| (it.0 - x).powi(2)).sum();
        let rise: f64 = points.iter().map(|it| (it.0 - x) * (it.1 - y)).sum();
        let slope = if along > 0.0 { rise / along } else { 0.0 };
        Line {
            slope,
            start: y - slope * x,
        }
    }

    /// MiB that the line rises by.
    fn rise(&self) -> f64 {
        let points = self.settled();
        let time = points.first().zip(points.last());
        time.map_or(0.0, |(first, last)| self.line().slope * (last.0 - first.0))
    }

    pub(crate) fn verdict(&self) -> Option<String> {
        let rise = self.rise();
        (rise > MOST)
            .then(|| format!("memory grows by {rise:.1} MiB in the second half, not {MOST}"))
    }

    pub(crate) fn plot(&self) -> Plot {
        let line = self.line();
        let ends = self.settled().first().into_iter().chain(self.points.last());
        let fitted = ends
            .map(|(x, _)| (*x, line.start + line.slope * x))
            .collect();
        let curves = [("measured", self.points.clone()), ("fitted", fitted)];
        let panel = Panel::new("memory, MiB", curves).linear();
        Plot::new("soak", "Memory of the server", "seconds", &[panel])
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.points.first().map_or(0.0, |it| it.1);
        let last = self.points.last().map_or(0.0, |it| it.1);
        let most = self.points.iter().map(|it| it.1).fold(0.0, f64::max);
        write!(
            f,
            "memory: {first:.1} MiB at the start, {most:.1} at most, {last:.1} at the end; the second \
             half rises by {:.2} MiB",
            self.rise()
        )
    }
}
