//! Designs, put together.

use crate::game::{Design, DesignComponent};
use crate::{Semi32, TpString};

impl Design {
    /// A new design of this name, without anything in it.
    ///
    /// ```
    /// use tp_frames::game::Design;
    ///
    /// let (ships, hull, engine) = (1, 1, 3);
    /// let tug = Design::new("Tug").category(ships).component(hull, 1).component(engine, 5);
    /// assert_eq!(tug.number_of(engine), 5);
    /// ```
    pub fn new(name: impl Into<TpString>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The same with so many more of a component.
    #[must_use]
    pub fn component(mut self, id: u32, number: u32) -> Self {
        let mut known = self.components.iter_mut();
        match known.find(|part| part.componentid == id) {
            Some(part) => part.compquant = part.compquant.saturating_add(number),
            None => self.components.push(DesignComponent {
                componentid: id,
                compquant: number,
            }),
        }
        self
    }

    /// The same in one more category: its id, as a number or as the category has it. Without one
    /// it stays as it is.
    #[must_use]
    pub fn category(mut self, id: impl Into<Semi32>) -> Self {
        let id = id.into().get();
        self.catlist
            .extend(id.filter(|it| !self.catlist.contains(it)));
        self
    }

    /// How many of a component it has.
    #[must_use]
    pub fn number_of(&self, component: u32) -> u32 {
        let parts = self.components.iter();
        let these = parts.filter(|part| part.componentid == component);
        these
            .map(|part| part.compquant)
            .fold(0, u32::saturating_add)
    }

    /// What it has of a property, as the server shows it to players; `None` if nothing.
    #[must_use]
    pub fn property(&self, id: u32) -> Option<&TpString> {
        let mut properties = self.properties.iter();
        let property = properties.find(|property| property.propertyid == id)?;
        Some(&property.displaystring)
    }
}
