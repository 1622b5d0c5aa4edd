//! Points and directions in space.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use tp_frames::game;

/// Three coordinates: a point, or a direction with a length.
///
/// Coordinates come from elsewhere, so arithmetic stops at the ends of space and never overflows.
///
/// ```
/// use tp_net::model::Vector;
///
/// let (sol, velocity) = (Vector::new(1, 2, 3), Vector::from([10, 0, -10]));
/// let in_three_turns = sol + velocity * 3;
/// assert_eq!(in_three_turns, Vector::new(31, 2, -27));
/// assert_eq!(in_three_turns - sol, velocity * 3);
/// assert_eq!(sol.to_string(), "(1, 2, 3)");
/// assert_eq!(Vector::new(i64::MAX, 0, 0) + velocity, Vector::new(i64::MAX, 0, -10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(
    feature = "serde",
    derive(tp_frames::serde::Serialize, tp_frames::serde::Deserialize),
    serde(crate = "tp_frames::serde")
)]
pub struct Vector {
    /// Along the x axis.
    pub x: i64,
    /// Along the y axis.
    pub y: i64,
    /// Along the z axis.
    pub z: i64,
}

impl Vector {
    /// The point or direction with these coordinates.
    #[must_use]
    pub const fn new(x: i64, y: i64, z: i64) -> Self {
        Self { x, y, z }
    }

    /// Returns `true` if `other` lies in a sphere of this `radius` around here, its surface included.
    /// Correct for all coordinates.
    ///
    /// ```
    /// use tp_net::model::Vector;
    ///
    /// let here = Vector::new(1, 2, 3);
    /// assert!(here.reaches(Vector::new(4, 6, 3), 5));
    /// assert!(!here.reaches(Vector::new(4, 6, 4), 5));
    /// assert!(!Vector::new(i64::MIN, 0, 0).reaches(Vector::new(i64::MAX, 0, 0), 5));
    /// ```
    #[must_use]
    pub fn reaches(self, other: Self, radius: u64) -> bool {
        let square = |a: i64, b: i64| u128::from(a.abs_diff(b)).saturating_pow(2);
        let distance = square(self.x, other.x)
            .saturating_add(square(self.y, other.y))
            .saturating_add(square(self.z, other.z));
        distance <= u128::from(radius).saturating_pow(2)
    }

    /// How far `other` is from here. Rounded where coordinates are very large; to know whether
    /// something is in reach, ask [`reaches`](Self::reaches).
    ///
    /// ```
    /// use tp_net::model::Vector;
    ///
    /// assert_eq!(Vector::new(1, 2, 3).distance(Vector::new(4, 6, 3)), 5.0);
    /// ```
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        let square = |a: i64, b: i64| (a.abs_diff(b) as f64).powi(2);
        let sum = square(self.x, other.x) + square(self.y, other.y) + square(self.z, other.z);
        sum.sqrt()
    }

    /// The point that is reached from here in a straight line to `goal`, at most `most` far. Correct
    /// for all coordinates, and never just here, so that every fleet is there in the end.
    ///
    /// ```
    /// use tp_net::model::Vector;
    ///
    /// let (here, there) = (Vector::new(0, 0, 0), Vector::new(6, 8, 0));
    /// assert_eq!(here.towards(there, 5), Vector::new(3, 4, 0));
    /// assert_eq!(here.towards(there, 10), there);
    /// assert_eq!(here.towards(there, u64::MAX), there);
    /// ```
    #[must_use]
    pub fn towards(self, goal: Self, most: u64) -> Self {
        if self.reaches(goal, most) {
            return goal;
        }
        let far = [
            self.x.abs_diff(goal.x),
            self.y.abs_diff(goal.y),
            self.z.abs_diff(goal.z),
        ];
        let way = length(far);
        let step = |from: i64, to: i64, far: u64| match from <= to {
            true => from.saturating_add_unsigned(far),
            false => from.saturating_sub_unsigned(far),
        };
        let next = self.zip(goal, |from, to| {
            let far = u128::from(from.abs_diff(to)).saturating_mul(u128::from(most));
            let far = far.checked_div(way).unwrap_or_default();
            step(from, to, u64::try_from(far).unwrap_or(u64::MAX))
        });
        if next != self {
            return next;
        }
        // Too short to go anywhere but along an axis, of which the longest is the straightest.
        match far.into_iter().max().unwrap_or_default() {
            x if x == self.x.abs_diff(goal.x) => Self {
                x: step(self.x, goal.x, x.min(most)),
                ..self
            },
            y if y == self.y.abs_diff(goal.y) => Self {
                y: step(self.y, goal.y, y.min(most)),
                ..self
            },
            z => Self {
                z: step(self.z, goal.z, z.min(most)),
                ..self
            },
        }
    }

    fn map(self, each: impl Fn(i64) -> i64) -> Self {
        Self::new(each(self.x), each(self.y), each(self.z))
    }

    fn zip(self, other: Self, each: impl Fn(i64, i64) -> i64) -> Self {
        let (x, y) = (each(self.x, other.x), each(self.y, other.y));
        Self::new(x, y, each(self.z, other.z))
    }
}

/// How long a direction with these coordinates is, rounded up, so that no step along it is longer
/// than it may be.
fn length(far: [u64; 3]) -> u128 {
    // A quarter of them, rounded up too: there are directions so long that their squares do not fit.
    let squares = far.map(|it| u128::from(it.div_ceil(4)).saturating_pow(2));
    let whole = squares.into_iter().fold(0, u128::saturating_add);
    let rough = whole.isqrt().saturating_add(1).saturating_mul(4);
    let squares = far.map(|it| u128::from(it).checked_pow(2));
    let whole = squares
        .into_iter()
        .try_fold(0_u128, |sum, square| sum.checked_add(square?));
    let fine = whole.map(|whole| {
        let root = whole.isqrt();
        root.saturating_add(u128::from(root.saturating_mul(root) < whole))
    });
    fine.unwrap_or(rough)
}

impl Add for Vector {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.zip(other, i64::saturating_add)
    }
}

impl AddAssign for Vector {
    fn add_assign(&mut self, other: Self) {
        *self = self.add(other);
    }
}

impl Sub for Vector {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.zip(other, i64::saturating_sub)
    }
}

impl SubAssign for Vector {
    fn sub_assign(&mut self, other: Self) {
        *self = self.sub(other);
    }
}

impl Mul<i64> for Vector {
    type Output = Self;

    fn mul(self, times: i64) -> Self {
        self.map(|it| it.saturating_mul(times))
    }
}

impl Neg for Vector {
    type Output = Self;

    fn neg(self) -> Self {
        self.map(i64::saturating_neg)
    }
}

impl From<[i64; 3]> for Vector {
    fn from([x, y, z]: [i64; 3]) -> Self {
        Self { x, y, z }
    }
}

impl From<(i64, i64, i64)> for Vector {
    fn from((x, y, z): (i64, i64, i64)) -> Self {
        Self { x, y, z }
    }
}

impl From<Vector> for [i64; 3] {
    fn from(Vector { x, y, z }: Vector) -> Self {
        [x, y, z]
    }
}

impl From<Vector> for (i64, i64, i64) {
    fn from(Vector { x, y, z }: Vector) -> Self {
        (x, y, z)
    }
}

impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {}, {})", self.x, self.y, self.z)
    }
}

same_fields! {
    Vector { x, y, z } = GetObjectIDsByPosPos { x, y, z };
    Vector { x, y, z } = GetObjectsByPosPos { x, y, z };
    Vector { x, y, z } = ObjectPos { x, y, z };
    Vector { x, y, z } = ObjectVel { x, y, z };
    Vector { x, y, z } = ObjectParamAcceleration3dVector { x, y, z };
    Vector { x, y, z } = ObjectParamPosition3dPosition { x, y, z };
    Vector { x, y, z } = ObjectParamVelocity3dVelocity { x, y, z };
    Vector { x, y, z } = OrderParamAbsSpaceCoordsPos { x, y, z };
    Vector { x, y, z } = OrderParamRelSpaceCoordsRelpos { x, y, z };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stops_at_the_ends_of_space() {
        let (least, most) = (Vector::from([i64::MIN; 3]), Vector::from((i64::MAX, 0, 1)));
        assert_eq!(least + least, least);
        assert_eq!(most - least, Vector::from([i64::MAX; 3]));
        assert_eq!(-least, Vector::from([i64::MAX; 3]));
        assert_eq!(most * -2, Vector::new(i64::MIN, 0, -2));
        let mut point = Vector::new(1, 2, 3);
        point += Vector::new(1, 1, 1);
        point -= Vector::new(2, 0, 0);
        assert_eq!(<[i64; 3]>::from(point), [0, 3, 4]);
        assert_eq!(Vector::default().distance(point), 5.0);
        assert!(least.distance(most) > 1.8e19);
    }
}
