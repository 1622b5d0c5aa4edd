//! Descriptions of types, in few words.

use alloc::vec::Vec;

use crate::TpString;
use crate::game::{
    ObjectDesc, ObjectDescPropertygroup, ObjectDescPropertygroupParameter, OrderDesc,
    OrderDescParameter,
};

impl OrderDesc {
    /// A type of orders, so far without parameters. Ids below 1000 are the protocol's.
    ///
    /// ```
    /// use tp_frames::game::{OrderDesc, OrderParams};
    ///
    /// let give = OrderDesc::new(1001, "Give", "Gives ships away.")
    ///     .parameter("To", OrderParams::PLAYER, "To whom.")
    ///     .parameter("Ships", OrderParams::LIST, "How many of which design.");
    /// assert!(give.order_params_types().eq([3, 6]));
    /// ```
    #[must_use]
    pub fn new(id: u32, name: impl Into<TpString>, description: impl Into<TpString>) -> Self {
        Self {
            id,
            name: name.into(),
            description: description.into(),
            modtime: 1,
            ..Self::default()
        }
    }

    /// The same with one parameter more, of this type.
    #[must_use]
    pub fn parameter(
        mut self,
        name: impl Into<TpString>,
        r#type: u32,
        description: impl Into<TpString>,
    ) -> Self {
        self.parameters.push(OrderDescParameter {
            name: name.into(),
            r#type,
            description: description.into(),
        });
        self
    }
}

impl ObjectDesc {
    /// A type of objects, so far without parameters.
    ///
    /// ```
    /// use tp_frames::game::{ObjectDesc, ObjectParams};
    ///
    /// let buoy = ObjectDesc::new(20, "Buoy", "Says where it is.")
    ///     .group("Place", "Where it is.", &[("Position", ObjectParams::POSITION3D, "In space.")])
    ///     .group("Light", "How it shines.", &[("Power", ObjectParams::INTEGER, "In watts.")]);
    /// assert!(buoy.object_params_types().eq([0, 8]));
    /// ```
    #[must_use]
    pub fn new(id: u32, name: impl Into<TpString>, description: impl Into<TpString>) -> Self {
        Self {
            id,
            name: name.into(),
            description: description.into(),
            modtime: 1,
            ..Self::default()
        }
    }

    /// The same with one group of parameters more: the name, type and description of each.
    #[must_use]
    pub fn group(
        mut self,
        name: impl Into<TpString>,
        description: impl Into<TpString>,
        parameters: &[(&str, u32, &str)],
    ) -> Self {
        let last = self.propertygroups.last().map(|it| it.propertygroupid);
        let parameters = parameters.iter();
        let parameters =
            parameters.map(
                |(name, r#type, description)| ObjectDescPropertygroupParameter {
                    name: (*name).into(),
                    r#type: *r#type,
                    description: (*description).into(),
                },
            );
        let parameters: Vec<_> = parameters.collect();
        self.propertygroups.push(ObjectDescPropertygroup {
            propertygroupid: last.unwrap_or_default().saturating_add(1),
            groupname: name.into(),
            groupdescription: description.into(),
            parameters,
        });
        self
    }
}
