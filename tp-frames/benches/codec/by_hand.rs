//! The same bytes, read and written by hand: what someone would write for these three packets
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
