//! Points and directions in space.

use tp_frames::game;

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
}

macro_rules! vectors {
    ($($vector:ident),* $(,)?) => {$(
        impl From<game::$vector> for Vector {
            fn from(game::$vector { x, y, z }: game::$vector) -> Self {
                Self { x, y, z }
            }
        }

        impl From<Vector> for game::$vector {
            fn from(Vector { x, y, z }: Vector) -> Self {
                Self { x, y, z }
            }
        }
    )*};
}

vectors!(
    GetObjectIDsByPosPos,
    GetObjectsByPosPos,
    ObjectPos,
    ObjectVel,
    ObjectParamAcceleration3dVector,
    ObjectParamPosition3dPosition,
    ObjectParamVelocity3dVelocity,
    OrderParamAbsSpaceCoordsPos,
    OrderParamRelSpaceCoordsRelpos,
);
