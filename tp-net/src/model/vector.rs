//! Points and directions in space.

use tp_frames::game;

/// Three coordinates: a point, or a direction with a length.
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
