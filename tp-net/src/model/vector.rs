//! Points and directions in space.

use tp_frames::{tp03, tp04};

/// Three coordinates: a point, or a direction with a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
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

    /// Whether `other` lies in a sphere of this `radius` around here, its surface included.
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
}

macro_rules! vectors {
    ($($version:ident::$vector:ident),* $(,)?) => {$(
        impl From<$version::$vector> for Vector {
            fn from($version::$vector { x, y, z }: $version::$vector) -> Self {
                Self { x, y, z }
            }
        }

        impl From<Vector> for $version::$vector {
            fn from(Vector { x, y, z }: Vector) -> Self {
                Self { x, y, z }
            }
        }
    )*};
}

vectors!(
    tp03::GetObjectIDsByPosPos,
    tp03::GetObjectsByPosPos,
    tp03::ObjectPos,
    tp03::ObjectVel,
    tp03::OrderParamAbsSpaceCoordsPos,
    tp03::OrderParamRelSpaceCoordsRelpos,
    tp04::GetObjectIDsByPosPos,
    tp04::GetObjectsByPosPos,
    tp04::ObjectParamAcceleration3dVector,
    tp04::ObjectParamPosition3dPosition,
    tp04::ObjectParamVelocity3dVelocity,
    tp04::OrderParamAbsSpaceCoordsPos,
    tp04::OrderParamRelSpaceCoordsRelpos,
);
