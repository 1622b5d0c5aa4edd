//! What servers and games tell of themselves and of who plays.

use core::fmt;

use crate::TpString;
use crate::game::{Features, FeaturesFeature, Game, GameParameter, GameParameterParamid, Player};

impl Features {
    /// Returns `true` if `feature` is among them.
    ///
    /// ```
    /// use tp_frames::game::{Features, FeaturesFeature};
    ///
    /// let features = Features { features: vec![FeaturesFeature::FILTER_PADDING] };
    /// assert!(features.contains(FeaturesFeature::FILTER_PADDING));
    /// assert_eq!(features.to_string(), "FilterPadding");
    /// ```
    #[must_use]
    pub fn contains(&self, feature: FeaturesFeature) -> bool {
        self.features.contains(&feature)
    }
}

impl fmt::Display for Features {
    /// Their names: `SecureHere, FilterPadding`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for feature in &self.features {
            write!(f, "{separator}{feature}")?;
            separator = ", ";
        }
        Ok(())
    }
}

impl Game {
    /// Its name for people: the parameter [`LN`](GameParameterParamid::LN), or else its short
    /// name.
    #[must_use]
    pub fn long_name(&self) -> &TpString {
        self.text(GameParameterParamid::LN).unwrap_or(&self.name)
    }

    /// A parameter that is a text; `None` if the game does not tell it.
    #[must_use]
    pub fn text(&self, id: GameParameterParamid) -> Option<&TpString> {
        self.parameter(id).map(|parameter| &parameter.stringvalue)
    }

    /// A parameter that is a number; `None` if the game does not tell it.
    ///
    /// ```
    /// use tp_frames::game::{Game, GameParameterParamid};
    ///
    /// let mut game = Game::default();
    /// assert_eq!(game.number(GameParameterParamid::TURN), None);
    /// game.set_number(GameParameterParamid::TURN, 12);
    /// assert_eq!(game.number(GameParameterParamid::TURN), Some(12));
    /// ```
    #[must_use]
    pub fn number(&self, id: GameParameterParamid) -> Option<u32> {
        self.parameter(id).map(|parameter| parameter.intvalue)
    }

    /// Sets a parameter that is a text.
    ///
    /// ```
    /// use tp_frames::game::{Game, GameParameterParamid};
    ///
    /// let mut game = Game { name: "tp".into(), ..Game::default() };
    /// assert_eq!(game.long_name(), "tp");
    /// game.set_text(GameParameterParamid::LN, "Friday's game");
    /// game.set_number(GameParameterParamid::TURN, 12);
    /// assert_eq!(game.long_name(), "Friday's game");
    /// ```
    pub fn set_text(&mut self, id: GameParameterParamid, text: impl Into<TpString>) {
        self.set(GameParameter {
            paramid: id,
            stringvalue: text.into(),
            intvalue: 0,
        });
    }

    /// Sets a parameter that is a number.
    pub fn set_number(&mut self, id: GameParameterParamid, number: u32) {
        self.set(GameParameter {
            paramid: id,
            stringvalue: TpString::new(),
            intvalue: number,
        });
    }

    fn parameter(&self, id: GameParameterParamid) -> Option<&GameParameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.paramid == id)
    }

    fn set(&mut self, parameter: GameParameter) {
        let id = parameter.paramid;
        match self.parameters.iter_mut().find(|it| it.paramid == id) {
            Some(old) => *old = parameter,
            None => self.parameters.push(parameter),
        }
    }
}

impl Player {
    /// A player of this name.
    pub fn new(id: u32, name: impl Into<TpString>) -> Self {
        Self {
            id,
            name: name.into(),
            ..Self::default()
        }
    }
}
