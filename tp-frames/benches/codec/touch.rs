//! Reads every field of a view: numbers are added up, of strings and raw bytes the place counts.

use std::hint::black_box;

use tp_frames::TpStr;
use tp_frames::game::{self, IDSequenceModtime, MessageReference};

use crate::by_hand;

fn sum(numbers: impl IntoIterator<Item = u64>) -> u64 {
    numbers.into_iter().fold(0, u64::wrapping_add)
}

fn text(text: TpStr<'_>) -> u64 {
    bytes(text.as_bytes())
}

fn bytes(bytes: &[u8]) -> u64 {
    black_box(bytes).len() as u64
}

pub fn okay(view: game::OkayView<'_>) -> u64 {
    text(view.result)
}

pub fn okay_by_hand(result: &[u8]) -> u64 {
    bytes(result)
}

pub fn object_tp03(view: game::ObjectView<'_>) -> u64 {
    black_box((view.pos, view.vel, view.padding, view.parameters));
    let ordertypes = view.ordertypes.into_iter().flat_map(|list| list.iter());
    sum([
        view.id.into(),
        view.otype.into(),
        text(view.name),
        view.size.unwrap_or(0),
        sum(view.contains.iter().map(u64::from)),
        sum(ordertypes.map(u64::from)),
        view.orders.unwrap_or(0).into(),
        view.modtime,
    ])
}

pub fn object_tp03_by_hand(view: by_hand::ObjectTp03View<'_>) -> u64 {
    black_box((view.pos, view.vel, view.padding, view.parameters));
    sum([
        view.id.into(),
        view.otype.into(),
        bytes(view.name),
        view.size,
        sum(view.contains.iter().map(number)),
        sum(view.ordertypes.iter().map(number)),
        view.orders.into(),
        view.modtime,
    ])
}

fn number(number: &[u8; 4]) -> u64 {
    u32::from_be_bytes(*number).into()
}

pub fn object_tp04(view: game::ObjectView<'_>) -> u64 {
    black_box((view.padding, view.parameters));
    sum([
        view.id.into(),
        view.otype.into(),
        text(view.name),
        view.desc.map_or(0, text),
        view.parent.unwrap_or(0).into(),
        sum(view.contains.iter().map(u64::from)),
        view.modtime,
    ])
}

pub fn object_tp04_by_hand(view: by_hand::ObjectView<'_>) -> u64 {
    black_box((view.padding, view.parameters));
    sum([
        view.id.into(),
        view.otype.into(),
        bytes(view.name),
        bytes(view.desc),
        view.parent.into(),
        sum(view.contains.iter().map(number)),
        view.modtime,
    ])
}

pub fn object_ids(view: game::ObjectIDsView<'_>) -> u64 {
    let entry = |entry: IDSequenceModtime| entry.modtime ^ u64::from(entry.id);
    sum(view.modtimes.iter().map(entry))
}

pub fn object_ids_by_hand(view: (&[[u8; 12]], &[u8])) -> u64 {
    let entry = |(id, modtime): (u32, u64)| modtime ^ u64::from(id);
    sum(view.0.iter().map(by_hand::entry).map(entry))
}

pub fn message(view: game::MessageView<'_>) -> u64 {
    let reference = |entry: MessageReference| u64::from(entry.r#type.cast_unsigned() ^ entry.id);
    sum([
        view.id.into(),
        view.slot.to_bits().into(),
        sum(view.msgtypelist.iter().map(u64::from)),
        text(view.subject),
        text(view.body),
        view.turn.into(),
        sum(view.references.iter().map(reference)),
    ])
}

pub fn message_by_hand(view: by_hand::MessageView<'_>) -> u64 {
    let reference = |(kind, id): (i32, u32)| u64::from(kind.cast_unsigned() ^ id);
    sum([
        view.id.into(),
        view.slot.into(),
        sum(view.msgtypelist.iter().map(number)),
        bytes(view.subject),
        bytes(view.body),
        view.turn.into(),
        sum(view
            .references
            .iter()
            .map(by_hand::reference)
            .map(reference)),
    ])
}

fn parameter(view: by_hand::ParameterView<'_>) -> u64 {
    sum([bytes(view.name), view.kind.into(), bytes(view.description)])
}

pub fn object_desc(view: game::ObjectDescView<'_>) -> u64 {
    let parameter = |view: game::ObjectDescPropertygroupParameterView<'_>| {
        sum([text(view.name), view.r#type.into(), text(view.description)])
    };
    let group = |view: game::ObjectDescPropertygroupView<'_>| {
        sum([
            view.propertygroupid.into(),
            text(view.groupname),
            text(view.groupdescription),
            sum(view.parameters.iter().map(parameter)),
        ])
    };
    sum([
        view.id.into(),
        text(view.name),
        text(view.description),
        view.modtime,
        sum(view.propertygroups.iter().map(group)),
    ])
}

pub fn object_desc_by_hand(view: by_hand::ObjectDescView<'_>) -> u64 {
    let group = |view: by_hand::GroupView<'_>| {
        sum([
            view.id.into(),
            bytes(view.name),
            bytes(view.description),
            sum(view.parameters.map(parameter)),
        ])
    };
    sum([
        view.id.into(),
        bytes(view.name),
        bytes(view.description),
        view.modtime,
        sum(view.groups.map(group)),
    ])
}

pub fn order_desc(view: game::OrderDescView<'_>) -> u64 {
    let parameter = |view: game::OrderDescParameterView<'_>| {
        sum([text(view.name), view.r#type.into(), text(view.description)])
    };
    sum([
        view.id.into(),
        text(view.name),
        text(view.description),
        sum(view.parameters.iter().map(parameter)),
        view.modtime,
    ])
}

pub fn order_desc_by_hand(view: by_hand::OrderDescView<'_>) -> u64 {
    sum([
        view.id.into(),
        bytes(view.name),
        bytes(view.description),
        sum(view.parameters.map(parameter)),
        view.modtime,
    ])
}
