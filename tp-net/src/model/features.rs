//! Optional features.

use std::sync::Arc;

use tp_frames::{tp03, tp04};

use super::Source;

pub use tp_frames::tp04::FeaturesFeature as Feature;

/// What a server can do beyond what every server can.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Features {
    /// The features; numbers that nobody knows may be among them.
    pub features: Vec<Feature>,
    /// The frame they came in.
    pub source: Source<tp03::Features, tp04::Features>,
}

impl Features {
    /// Exactly these.
    pub fn new(features: impl Into<Vec<Feature>>) -> Self {
        Self {
            features: features.into(),
            source: Source::Local,
        }
    }

    /// Whether `feature` is among them.
    #[must_use]
    pub fn contains(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }
}

impl From<tp03::Features> for Features {
    fn from(frame: tp03::Features) -> Self {
        let features = frame
            .features
            .iter()
            .map(|feature| tp04::FeaturesFeature(feature.0))
            .collect();
        Self {
            features,
            source: Source::Tp03(Arc::new(frame)),
        }
    }
}

impl From<tp04::Features> for Features {
    fn from(frame: tp04::Features) -> Self {
        Self {
            features: frame.features.clone(),
            source: Source::Tp04(Arc::new(frame)),
        }
    }
}

impl From<Features> for tp03::Features {
    fn from(features: Features) -> Self {
        let known = features
            .features
            .into_iter()
            .filter(|it| *it != Feature::FILTER_PADDING);
        Self {
            features: known
                .map(|feature| tp03::FeaturesFeature(feature.0))
                .collect(),
        }
    }
}

impl From<Features> for tp04::Features {
    fn from(features: Features) -> Self {
        Self {
            features: features.features,
        }
    }
}
