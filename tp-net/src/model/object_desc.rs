//! Object types.

use std::sync::Arc;

use tp_frames::{TpString, tp04};

use super::across::{Across, record};
use super::{ParameterDesc, Source};

/// A type of object: what parameters its objects have. TP03 has six built in instead.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ObjectDesc {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: TpString,
    /// What it is.
    pub description: TpString,
    /// When it last changed.
    pub modtime: u64,
    /// The parameters of its objects, in groups.
    pub propertygroups: Vec<PropertyGroup>,
    /// The frame it came in.
    pub source: Source<std::convert::Infallible, tp04::ObjectDesc>,
}

/// A group of parameters that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PropertyGroup {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: TpString,
    /// What it is about.
    pub description: TpString,
    /// Its parameters.
    pub parameters: Vec<ParameterDesc>,
}

impl ObjectDesc {
    /// The types of the parameters of its objects, in their order.
    pub fn parameter_types(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.propertygroups
            .iter()
            .flat_map(|group| group.parameters.iter())
            .map(|parameter| parameter.r#type)
    }
}

record!(ParameterDesc:
    tp04::ObjectDescPropertygroupParameter {
        name = name, r#type = r#type, description = description,
    }
);

record!(PropertyGroup:
    tp04::ObjectDescPropertygroup {
        propertygroupid = id, groupname = name, groupdescription = description,
        parameters = parameters,
    }
);

impl From<tp04::ObjectDesc> for ObjectDesc {
    fn from(frame: tp04::ObjectDesc) -> Self {
        Self {
            id: frame.id,
            name: frame.name.clone(),
            description: frame.description.clone(),
            modtime: frame.modtime,
            propertygroups: frame.propertygroups.clone().across(),
            source: Source::Tp04(Arc::new(frame)),
        }
    }
}

impl From<ObjectDesc> for tp04::ObjectDesc {
    fn from(desc: ObjectDesc) -> Self {
        Self {
            id: desc.id,
            name: desc.name,
            description: desc.description,
            modtime: desc.modtime,
            propertygroups: desc.propertygroups.across(),
        }
    }
}
