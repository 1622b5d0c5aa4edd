//! The same bytes, read and written by hand: what someone would write for these packets
//! alone. The yardstick for the generated code.

/// A body ended too early.
#[derive(Debug)]
pub struct Short;

pub struct Okay {
    pub result: Vec<u8>,
}

pub struct Object {
    pub id: u32,
    pub otype: u32,
    pub name: Vec<u8>,
    pub desc: Vec<u8>,
    pub parent: u32,
    pub contains: Vec<u32>,
    pub modtime: u64,
    pub padding: [u8; 16],
    pub parameters: Vec<u8>,
}

pub struct ObjectIds {
    pub key: u32,
    pub remaining: u32,
    pub modtimes: Vec<(u32, u64)>,
    pub from: Option<u64>,
}

pub struct ObjectView<'a> {
    pub id: u32,
    pub otype: u32,
    pub name: &'a [u8],
    pub desc: &'a [u8],
    pub parent: u32,
    pub contains: &'a [[u8; 4]],
    pub modtime: u64,
    pub padding: [u8; 16],
    pub parameters: &'a [u8],
}

fn u32(bytes: &mut &[u8]) -> Result<u32, Short> {
    let (taken, rest) = bytes.split_first_chunk().ok_or(Short)?;
    *bytes = rest;
    Ok(u32::from_be_bytes(*taken))
}

fn u64(bytes: &mut &[u8]) -> Result<u64, Short> {
    let (taken, rest) = bytes.split_first_chunk().ok_or(Short)?;
    *bytes = rest;
    Ok(u64::from_be_bytes(*taken))
}

fn slice<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8], Short> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or(Short)?;
    *bytes = rest;
    Ok(taken)
}

fn string<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], Short> {
    let length = u32(bytes)? as usize;
    slice(bytes, length)
}

fn header(out: &mut Vec<u8>, kind: u32, length: usize) {
    out.reserve(16 + length);
    out.extend_from_slice(b"TP\x04\0");
    out.extend_from_slice(&1_u32.to_be_bytes());
    out.extend_from_slice(&kind.to_be_bytes());
    out.extend_from_slice(&(length as u32).to_be_bytes());
}

fn put_string(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(&(text.len() as u32).to_be_bytes());
    out.extend_from_slice(text);
}

impl Okay {
    pub fn decode(mut body: &[u8]) -> Result<Self, Short> {
        Ok(Self {
            result: string(&mut body)?.to_vec(),
        })
    }

    pub fn view(mut body: &[u8]) -> Result<&[u8], Short> {
        string(&mut body)
    }

    pub fn encode_frame(&self, out: &mut Vec<u8>) {
        header(out, 0, 4 + self.result.len());
        put_string(out, &self.result);
    }
}

impl<'a> ObjectView<'a> {
    pub fn view(mut bytes: &'a [u8]) -> Result<Self, Short> {
        let body = &mut bytes;
        let id = u32(body)?;
        let otype = u32(body)?;
        let name = string(body)?;
        let desc = string(body)?;
        let parent = u32(body)?;
        let count = u32(body)? as usize;
        let contains = slice(body, count.saturating_mul(4))?.as_chunks().0;
        let modtime = u64(body)?;
        let padding = *slice(body, 16)?.first_chunk().ok_or(Short)?;
        Ok(Self {
            id,
            otype,
            name,
            desc,
            parent,
            contains,
            modtime,
            padding,
            parameters: bytes,
        })
    }
}

impl Object {
    pub fn decode(body: &[u8]) -> Result<Self, Short> {
        let view = ObjectView::view(body)?;
        Ok(Self {
            id: view.id,
            otype: view.otype,
            name: view.name.to_vec(),
            desc: view.desc.to_vec(),
            parent: view.parent,
            contains: view
                .contains
                .iter()
                .map(|id| u32::from_be_bytes(*id))
                .collect(),
            modtime: view.modtime,
            padding: view.padding,
            parameters: view.parameters.to_vec(),
        })
    }

    pub fn encode_frame(&self, out: &mut Vec<u8>) {
        let strings = self.name.len() + self.desc.len();
        header(
            out,
            7,
            48 + strings + 4 * self.contains.len() + self.parameters.len(),
        );
        out.extend_from_slice(&self.id.to_be_bytes());
        out.extend_from_slice(&self.otype.to_be_bytes());
        put_string(out, &self.name);
        put_string(out, &self.desc);
        out.extend_from_slice(&self.parent.to_be_bytes());
        out.extend_from_slice(&(self.contains.len() as u32).to_be_bytes());
        for id in &self.contains {
            out.extend_from_slice(&id.to_be_bytes());
        }
        out.extend_from_slice(&self.modtime.to_be_bytes());
        out.extend_from_slice(&self.padding);
        out.extend_from_slice(&self.parameters);
    }
}

/// The entries of an [`ObjectIds`] body and what follows them.
pub fn id_entries(mut body: &[u8]) -> Result<(&[[u8; 12]], &[u8]), Short> {
    slice(&mut body, 8)?;
    let count = u32(&mut body)? as usize;
    let entries = slice(&mut body, count.saturating_mul(12))?;
    Ok((entries.as_chunks().0, body))
}

impl ObjectIds {
    pub fn decode(body: &[u8]) -> Result<Self, Short> {
        let (entries, mut rest) = id_entries(body)?;
        let mut start = body;
        let (key, remaining) = (u32(&mut start)?, u32(&mut start)?);
        let modtimes = entries.iter().map(entry).collect();
        Ok(Self {
            key,
            remaining,
            modtimes,
            from: u64(&mut rest).ok(),
        })
    }

    pub fn encode_frame(&self, out: &mut Vec<u8>) {
        let end = if self.from.is_some() { 8 } else { 0 };
        header(out, 31, 12 + 12 * self.modtimes.len() + end);
        out.extend_from_slice(&self.key.to_be_bytes());
        out.extend_from_slice(&self.remaining.to_be_bytes());
        out.extend_from_slice(&(self.modtimes.len() as u32).to_be_bytes());
        for (id, modtime) in &self.modtimes {
            out.extend_from_slice(&id.to_be_bytes());
            out.extend_from_slice(&modtime.to_be_bytes());
        }
        if let Some(from) = self.from {
            out.extend_from_slice(&from.to_be_bytes());
        }
    }
}

/// One id and its modification time.
pub fn entry(entry: &[u8; 12]) -> (u32, u64) {
    let [a, b, c, d, time @ ..] = *entry;
    (u32::from_be_bytes([a, b, c, d]), u64::from_be_bytes(time))
}

/// An object up to TP03, which has its place, its orders and eight bytes of padding.
pub struct ObjectTp03 {
    pub id: u32,
    pub otype: u32,
    pub name: Vec<u8>,
    pub size: u64,
    pub pos: [i64; 3],
    pub vel: [i64; 3],
    pub contains: Vec<u32>,
    pub ordertypes: Vec<u32>,
    pub orders: u32,
    pub modtime: u64,
    pub padding: [u8; 8],
    pub parameters: Vec<u8>,
}

pub struct ObjectTp03View<'a> {
    pub id: u32,
    pub otype: u32,
    pub name: &'a [u8],
    pub size: u64,
    pub pos: [i64; 3],
    pub vel: [i64; 3],
    pub contains: &'a [[u8; 4]],
    pub ordertypes: &'a [[u8; 4]],
    pub orders: u32,
    pub modtime: u64,
    pub padding: [u8; 8],
    pub parameters: &'a [u8],
}

pub struct Message {
    pub id: u32,
    pub slot: u32,
    pub msgtypelist: Vec<u32>,
    pub subject: Vec<u8>,
    pub body: Vec<u8>,
    pub turn: u32,
    pub references: Vec<(i32, u32)>,
}

pub struct MessageView<'a> {
    pub id: u32,
    pub slot: u32,
    pub msgtypelist: &'a [[u8; 4]],
    pub subject: &'a [u8],
    pub body: &'a [u8],
    pub turn: u32,
    pub references: &'a [[u8; 8]],
}

/// What a description says of one parameter.
pub struct Parameter {
    pub name: Vec<u8>,
    pub kind: u32,
    pub description: Vec<u8>,
}

pub struct ParameterView<'a> {
    pub name: &'a [u8],
    pub kind: u32,
    pub description: &'a [u8],
}

pub struct Group {
    pub id: u32,
    pub name: Vec<u8>,
    pub description: Vec<u8>,
    pub parameters: Vec<Parameter>,
}

pub struct GroupView<'a> {
    pub id: u32,
    pub name: &'a [u8],
    pub description: &'a [u8],
    pub parameters: Records<'a, ParameterView<'a>>,
}

pub struct ObjectDesc {
    pub id: u32,
    pub name: Vec<u8>,
    pub description: Vec<u8>,
    pub modtime: u64,
    pub groups: Vec<Group>,
}

pub struct ObjectDescView<'a> {
    pub id: u32,
    pub name: &'a [u8],
    pub description: &'a [u8],
    pub modtime: u64,
    pub groups: Records<'a, GroupView<'a>>,
}

pub struct OrderDesc {
    pub id: u32,
    pub name: Vec<u8>,
    pub description: Vec<u8>,
    pub parameters: Vec<Parameter>,
    pub modtime: u64,
}

pub struct OrderDescView<'a> {
    pub id: u32,
    pub name: &'a [u8],
    pub description: &'a [u8],
    pub parameters: Records<'a, ParameterView<'a>>,
    pub modtime: u64,
}

/// The entries of a list that were all read once, so that reading them again cannot fail.
pub struct Records<'a, T> {
    left: usize,
    bytes: &'a [u8],
    read: fn(&mut &'a [u8]) -> Result<T, Short>,
}

impl<T> Iterator for Records<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        (self.read)(&mut self.bytes).ok()
    }
}

fn numbers<'a>(bytes: &mut &'a [u8]) -> Result<&'a [[u8; 4]], Short> {
    let count = u32(bytes)? as usize;
    Ok(slice(bytes, count.saturating_mul(4))?.as_chunks().0)
}

fn records<'a, T>(
    bytes: &mut &'a [u8],
    read: fn(&mut &'a [u8]) -> Result<T, Short>,
) -> Result<Records<'a, T>, Short> {
    let left = u32(bytes)? as usize;
    let start = *bytes;
    for _ in 0..left {
        read(bytes)?;
    }
    Ok(Records {
        left,
        bytes: start,
        read,
    })
}

/// A list whose entries take at least `smallest` bytes each, so that no count is believed.
fn list<T>(
    bytes: &mut &[u8],
    smallest: usize,
    read: fn(&mut &[u8]) -> Result<T, Short>,
) -> Result<Vec<T>, Short> {
    let count = u32(bytes)? as usize;
    if bytes.len() < count.saturating_mul(smallest) {
        return Err(Short);
    }
    let mut list = Vec::with_capacity(count);
    for _ in 0..count {
        list.push(read(bytes)?);
    }
    Ok(list)
}

fn place(bytes: &mut &[u8]) -> Result<[i64; 3], Short> {
    Ok([
        u64(bytes)?.cast_signed(),
        u64(bytes)?.cast_signed(),
        u64(bytes)?.cast_signed(),
    ])
}

fn put_numbers(out: &mut Vec<u8>, numbers: &[u32]) {
    out.extend_from_slice(&(numbers.len() as u32).to_be_bytes());
    for number in numbers {
        out.extend_from_slice(&number.to_be_bytes());
    }
}

fn own_numbers(numbers: &[[u8; 4]]) -> Vec<u32> {
    numbers.iter().map(|it| u32::from_be_bytes(*it)).collect()
}

impl<'a> ObjectTp03View<'a> {
    pub fn view(mut bytes: &'a [u8]) -> Result<Self, Short> {
        let body = &mut bytes;
        Ok(Self {
            id: u32(body)?,
            otype: u32(body)?,
            name: string(body)?,
            size: u64(body)?,
            pos: place(body)?,
            vel: place(body)?,
            contains: numbers(body)?,
            ordertypes: numbers(body)?,
            orders: u32(body)?,
            modtime: u64(body)?,
            padding: *slice(body, 8)?.first_chunk().ok_or(Short)?,
            parameters: bytes,
        })
    }
}

impl ObjectTp03 {
    pub fn decode(body: &[u8]) -> Result<Self, Short> {
        let view = ObjectTp03View::view(body)?;
        Ok(Self {
            id: view.id,
            otype: view.otype,
            name: view.name.to_vec(),
            size: view.size,
            pos: view.pos,
            vel: view.vel,
            contains: own_numbers(view.contains),
            ordertypes: own_numbers(view.ordertypes),
            orders: view.orders,
            modtime: view.modtime,
            padding: view.padding,
            parameters: view.parameters.to_vec(),
        })
    }

    pub fn encode_frame(&self, out: &mut Vec<u8>) {
        let lists = 4 * (self.contains.len() + self.ordertypes.len());
        let length = 96 + self.name.len() + lists + self.parameters.len();
        out.reserve(16 + length);
        out.extend_from_slice(b"TP03");
        out.extend_from_slice(&1_u32.to_be_bytes());
        out.extend_from_slice(&7_u32.to_be_bytes());
        out.extend_from_slice(&(length as u32).to_be_bytes());
        out.extend_from_slice(&self.id.to_be_bytes());
        out.extend_from_slice(&self.otype.to_be_bytes());
        put_string(out, &self.name);
        out.extend_from_slice(&self.size.to_be_bytes());
        for number in self.pos.iter().chain(&self.vel) {
            out.extend_from_slice(&number.to_be_bytes());
        }
        put_numbers(out, &self.contains);
        put_numbers(out, &self.ordertypes);
        out.extend_from_slice(&self.orders.to_be_bytes());
        out.extend_from_slice(&self.modtime.to_be_bytes());
        out.extend_from_slice(&self.padding);
        out.extend_from_slice(&self.parameters);
    }
}

impl<'a> MessageView<'a> {
    pub fn view(mut bytes: &'a [u8]) -> Result<Self, Short> {
        let body = &mut bytes;
        Ok(Self {
            id: u32(body)?,
            slot: u32(body)?,
            msgtypelist: numbers(body)?,
            subject: string(body)?,
            body: string(body)?,
            turn: u32(body)?,
            references: {
                let count = u32(body)? as usize;
                slice(body, count.saturating_mul(8))?.as_chunks().0
            },
        })
    }
}

/// One thing that a message is about.
pub fn reference(entry: &[u8; 8]) -> (i32, u32) {
    let [a, b, c, d, id @ ..] = *entry;
    (i32::from_be_bytes([a, b, c, d]), u32::from_be_bytes(id))
}

impl Message {
    pub fn decode(body: &[u8]) -> Result<Self, Short> {
        let view = MessageView::view(body)?;
        Ok(Self {
            id: view.id,
            slot: view.slot,
            msgtypelist: own_numbers(view.msgtypelist),
            subject: view.subject.to_vec(),
            body: view.body.to_vec(),
            turn: view.turn,
            references: view.references.iter().map(reference).collect(),
        })
    }

    pub fn encode_frame(&self, out: &mut Vec<u8>) {
        let strings = self.subject.len() + self.body.len();
        let lists = 4 * self.msgtypelist.len() + 8 * self.references.len();
        header(out, 19, 28 + strings + lists);
        out.extend_from_slice(&self.id.to_be_bytes());
        out.extend_from_slice(&self.slot.to_be_bytes());
        put_numbers(out, &self.msgtypelist);
        put_string(out, &self.subject);
        put_string(out, &self.body);
        out.extend_from_slice(&self.turn.to_be_bytes());
        out.extend_from_slice(&(self.references.len() as u32).to_be_bytes());
        for (kind, id) in &self.references {
            out.extend_from_slice(&kind.to_be_bytes());
            out.extend_from_slice(&id.to_be_bytes());
        }
    }
}

impl<'a> ParameterView<'a> {
    fn read(bytes: &mut &'a [u8]) -> Result<Self, Short> {
        Ok(Self {
            name: string(bytes)?,
            kind: u32(bytes)?,
            description: string(bytes)?,
        })
    }
}

impl Parameter {
    fn read(bytes: &mut &[u8]) -> Result<Self, Short> {
        Ok(Self {
            name: string(bytes)?.to_vec(),
            kind: u32(bytes)?,
            description: string(bytes)?.to_vec(),
        })
    }

    fn len(&self) -> usize {
        12 + self.name.len() + self.description.len()
    }

    fn put(&self, out: &mut Vec<u8>) {
        put_string(out, &self.name);
        out.extend_from_slice(&self.kind.to_be_bytes());
        put_string(out, &self.description);
    }
}

impl<'a> GroupView<'a> {
    fn read(bytes: &mut &'a [u8]) -> Result<Self, Short> {
        Ok(Self {
            id: u32(bytes)?,
            name: string(bytes)?,
            description: string(bytes)?,
            parameters: records(bytes, ParameterView::read)?,
        })
    }
}

impl Group {
    fn read(bytes: &mut &[u8]) -> Result<Self, Short> {
        Ok(Self {
            id: u32(bytes)?,
            name: string(bytes)?.to_vec(),
            description: string(bytes)?.to_vec(),
            parameters: list(bytes, 12, Parameter::read)?,
        })
    }

    fn len(&self) -> usize {
        let parameters: usize = self.parameters.iter().map(Parameter::len).sum();
        16 + self.name.len() + self.description.len() + parameters
    }

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.id.to_be_bytes());
        put_string(out, &self.name);
        put_string(out, &self.description);
        out.extend_from_slice(&(self.parameters.len() as u32).to_be_bytes());
        self.parameters.iter().for_each(|it| it.put(out));
    }
}

impl<'a> ObjectDescView<'a> {
    pub fn view(mut body: &'a [u8]) -> Result<Self, Short> {
        let bytes = &mut body;
        Ok(Self {
            id: u32(bytes)?,
            name: string(bytes)?,
            description: string(bytes)?,
            modtime: u64(bytes)?,
            groups: records(bytes, GroupView::read)?,
        })
    }
}

impl ObjectDesc {
    pub fn decode(mut body: &[u8]) -> Result<Self, Short> {
        let bytes = &mut body;
        Ok(Self {
            id: u32(bytes)?,
            name: string(bytes)?.to_vec(),
            description: string(bytes)?.to_vec(),
            modtime: u64(bytes)?,
            groups: list(bytes, 16, Group::read)?,
        })
    }

    pub fn encode_frame(&self, out: &mut Vec<u8>) {
        let groups: usize = self.groups.iter().map(Group::len).sum();
        let strings = self.name.len() + self.description.len();
        header(out, 68, 24 + strings + groups);
        out.extend_from_slice(&self.id.to_be_bytes());
        put_string(out, &self.name);
        put_string(out, &self.description);
        out.extend_from_slice(&self.modtime.to_be_bytes());
        out.extend_from_slice(&(self.groups.len() as u32).to_be_bytes());
        self.groups.iter().for_each(|it| it.put(out));
    }
}

impl<'a> OrderDescView<'a> {
    pub fn view(mut body: &'a [u8]) -> Result<Self, Short> {
        let bytes = &mut body;
        Ok(Self {
            id: u32(bytes)?,
            name: string(bytes)?,
            description: string(bytes)?,
            parameters: records(bytes, ParameterView::read)?,
            modtime: u64(bytes)?,
        })
    }
}

impl OrderDesc {
    pub fn decode(mut body: &[u8]) -> Result<Self, Short> {
        let bytes = &mut body;
        Ok(Self {
            id: u32(bytes)?,
            name: string(bytes)?.to_vec(),
            description: string(bytes)?.to_vec(),
            parameters: list(bytes, 12, Parameter::read)?,
            modtime: u64(bytes)?,
        })
    }

    pub fn encode_frame(&self, out: &mut Vec<u8>) {
        let parameters: usize = self.parameters.iter().map(Parameter::len).sum();
        let strings = self.name.len() + self.description.len();
        header(out, 9, 24 + strings + parameters);
        out.extend_from_slice(&self.id.to_be_bytes());
        put_string(out, &self.name);
        put_string(out, &self.description);
        out.extend_from_slice(&(self.parameters.len() as u32).to_be_bytes());
        self.parameters.iter().for_each(|it| it.put(out));
        out.extend_from_slice(&self.modtime.to_be_bytes());
    }
}
