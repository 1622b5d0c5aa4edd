//! Values of any frame as a tree, made by serde.
//!
//! `tp-frames` serializes in two forms: human-readable (enumerations by name, bytes as
//! hexadecimal text) and machine-readable (numbers, bytes). A tree holds either.

use serde::de::value::Error;
use serde::ser::{Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant};
use serde::{Serialize, Serializer};

/// A value; fields keep their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(i128),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
    /// Any of these, which is not to be shown.
    Secret,
}

impl Node {
    /// The human-readable form, which is the JSON form.
    pub(crate) fn human(value: &impl Serialize) -> Result<Self, Error> {
        value.serialize(Builder {
            human_readable: true,
        })
    }

    /// The machine-readable form.
    pub(crate) fn machine(value: &impl Serialize) -> Result<Self, Error> {
        value.serialize(Builder {
            human_readable: false,
        })
    }

    /// The value of a field, taken out of its map.
    pub(crate) fn take(self, field: &str) -> Option<Self> {
        let Self::Map(entries) = self else {
            return None;
        };
        entries
            .into_iter()
            .find(|(name, _)| name == field)
            .map(|(_, value)| value)
    }

    /// Puts [`Secret`](Self::Secret) in place of a field, which has the names of the groups around
    /// it in front of its own: `pos.x`.
    pub(crate) fn hide(&mut self, field: &str) {
        let (name, inside) = match field.split_once('.') {
            Some((name, inside)) => (name, Some(inside)),
            None => (field, None),
        };
        let Self::Map(entries) = self else {
            return;
        };
        for (_, value) in entries.iter_mut().filter(|(entry, _)| entry == name) {
            match inside {
                Some(inside) => value.hide(inside),
                None => *value = Self::Secret,
            }
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_unit(),
            Self::Bool(value) => to.serialize_bool(*value),
            Self::Number(number) => to.serialize_i128(*number),
            Self::Text(text) => to.serialize_str(text),
            Self::Bytes(bytes) => to.serialize_bytes(bytes),
            Self::List(items) => to.collect_seq(items),
            Self::Map(entries) => to.collect_map(entries.iter().map(|(name, value)| (name, value))),
            // No field has this form, so that it is not read as a value.
            Self::Secret => to.collect_map([("secret", true)]),
        }
    }
}

/// Makes nodes of what serde hands it.
#[derive(Clone, Copy)]
struct Builder {
    human_readable: bool,
}

fn never<T>(what: &str) -> Result<T, Error> {
    Err(serde::ser::Error::custom(format_args!(
        "frames hold no {what}"
    )))
}

macro_rules! numbers {
    ($($method:ident $type:ident)*) => {$(
        fn $method(self, value: $type) -> Result<Node, Error> {
            Ok(Node::Number(value.into()))
        }
    )*};
}

impl Serializer for Builder {
    type Ok = Node;
    type Error = Error;
    type SerializeSeq = ListBuilder;
    type SerializeTuple = Impossible<Node, Error>;
    type SerializeTupleStruct = Impossible<Node, Error>;
    type SerializeTupleVariant = Impossible<Node, Error>;
    type SerializeMap = MapBuilder;
    type SerializeStruct = MapBuilder;
    type SerializeStructVariant = MapBuilder;

    numbers! {
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64 serialize_i128 i128
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64
    }

    fn is_human_readable(&self) -> bool {
        self.human_readable
    }

    fn serialize_bool(self, value: bool) -> Result<Node, Error> {
        Ok(Node::Bool(value))
    }

    fn serialize_f32(self, _: f32) -> Result<Node, Error> {
        never("fractions")
    }

    fn serialize_f64(self, _: f64) -> Result<Node, Error> {
        never("fractions")
    }

    fn serialize_char(self, value: char) -> Result<Node, Error> {
        Ok(Node::Text(value.into()))
    }

    fn serialize_str(self, value: &str) -> Result<Node, Error> {
        Ok(Node::Text(value.into()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Node, Error> {
        Ok(Node::Bytes(value.into()))
    }

    fn serialize_none(self) -> Result<Node, Error> {
        Ok(Node::Null)
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<Node, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Node, Error> {
        Ok(Node::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Node, Error> {
        Ok(Node::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Node, Error> {
        Ok(Node::Text(variant.into()))
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Node, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Node, Error> {
        Ok(Node::Map(vec![(variant.into(), value.serialize(self)?)]))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<ListBuilder, Error> {
        Ok(ListBuilder {
            form: self,
            items: Vec::new(),
        })
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        never("tuples")
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        never("tuples")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        never("tuples")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<MapBuilder, Error> {
        Ok(MapBuilder::new(self, None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<MapBuilder, Error> {
        Ok(MapBuilder::new(self, None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<MapBuilder, Error> {
        Ok(MapBuilder::new(self, Some(variant)))
    }
}

struct ListBuilder {
    form: Builder,
    items: Vec<Node>,
}

impl SerializeSeq for ListBuilder {
    type Ok = Node;
    type Error = Error;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Error> {
        self.items.push(value.serialize(self.form)?);
        Ok(())
    }

    fn end(self) -> Result<Node, Error> {
        Ok(Node::List(self.items))
    }
}

struct MapBuilder {
    form: Builder,
    variant: Option<&'static str>,
    entries: Vec<(String, Node)>,
    key: String,
}

impl MapBuilder {
    fn new(form: Builder, variant: Option<&'static str>) -> Self {
        Self {
            form,
            variant,
            entries: Vec::new(),
            key: String::new(),
        }
    }

    fn finish(self) -> Node {
        let map = Node::Map(self.entries);
        match self.variant {
            Some(variant) => Node::Map(vec![(variant.into(), map)]),
            None => map,
        }
    }
}

impl SerializeMap for MapBuilder {
    type Ok = Node;
    type Error = Error;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), Error> {
        match key.serialize(self.form)? {
            Node::Text(key) => self.key = key,
            _ => return never("keys but text"),
        }
        Ok(())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Error> {
        let key = std::mem::take(&mut self.key);
        self.entries.push((key, value.serialize(self.form)?));
        Ok(())
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

macro_rules! fields {
    ($($serialize:ident)*) => {$(
        impl $serialize for MapBuilder {
            type Ok = Node;
            type Error = Error;

            fn serialize_field<T: ?Sized + Serialize>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.entries.push((name.into(), value.serialize(self.form)?));
                Ok(())
            }

            fn end(self) -> Result<Node, Error> {
                Ok(self.finish())
            }
        }
    )*};
}

fields!(SerializeStruct SerializeStructVariant);
