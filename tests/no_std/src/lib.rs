//! Encodes and decodes frames with its own allocator and panic handler, and no `std`.
//!
//! `std` brings a panic handler of its own. Two of them do not compile, so this library cannot be
//! built if `std` comes in anywhere.
#![no_std]

extern crate alloc;
#[cfg(feature = "leak-std")]
extern crate std;

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicUsize, Ordering};

use bytes::BytesMut;
use tp_frames::{
    AnyFrame, DecodeError, DecodeOptions, EncodeError, Packet, PacketView, RawFrame, Version, admin,
    game,
};

/// Hands out an arena once and takes nothing back.
struct Arena;

const ARENA: usize = 1 << 16;
static mut BYTES: [u8; ARENA] = [0; ARENA];
static USED: AtomicUsize = AtomicUsize::new(0);

// SAFETY: `fetch_add` gives every call a range of the arena that no other call gets, large enough
// to align the start; what is past the end of the arena is refused.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let room = layout.size().saturating_add(layout.align());
        let start = USED.fetch_add(room, Ordering::Relaxed);
        if start.saturating_add(room) > ARENA {
            return core::ptr::null_mut();
        }
        let base = (&raw mut BYTES).cast::<u8>();
        let aligned = (base.addr() + start).next_multiple_of(layout.align()) - base.addr();
        base.wrapping_add(aligned)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Arena = Arena;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

enum Wrong {
    Encode,
    Decode,
    Framing,
}

impl From<EncodeError> for Wrong {
    fn from(_: EncodeError) -> Self {
        Self::Encode
    }
}

impl From<DecodeError> for Wrong {
    fn from(_: DecodeError) -> Self {
        Self::Decode
    }
}

/// Sends a packet to itself; 0 if it arrives.
fn round<F: AnyFrame + PartialEq, P: Packet + Clone>(
    version: Version,
    packet: P,
    frame: fn(P) -> F,
) -> Result<bool, Wrong> {
    let options = DecodeOptions::default();
    let mut wire = BytesMut::new();
    packet.encode_frame(version, 1, &mut wire)?;
    let raw = match RawFrame::take(&mut wire, &options) {
        Ok(Some(raw)) => raw,
        _ => return Err(Wrong::Framing),
    };
    let (arrived, trailing) = F::decode(&raw, &options)?;
    Ok(arrived == frame(packet) && trailing.is_empty())
}

fn all() -> Result<bool, Wrong> {
    let login = game::Login {
        username: "ada".into(),
        password: "pw".into(),
    };
    let ids = game::ObjectIDs {
        modtimes: [game::IDSequenceModtime { id: 1, modtime: 2 }].into(),
        ..Default::default()
    };
    let object = game::Object {
        size: Some(1),
        pos: Some(Default::default()),
        vel: Some(Default::default()),
        contains: [1, 2].into(),
        ordertypes: Some([3].into()),
        orders: Some(0),
        ..Default::default()
    };
    let command = admin::CommandResult {
        output: "done".into(),
        ..Default::default()
    };
    let okay = game::Okay {
        result: "ada".into(),
    };
    let mut body = BytesMut::new();
    okay.encode_body(game::TP04, &mut body)?;
    let (view, _) = game::OkayView::view(game::TP04, &body)?;
    let viewed = view.result == "ada";
    Ok(viewed
        && round(game::TP04, login, game::Frame::Login)?
        && round(game::TP04, ids, game::Frame::ObjectIDs)?
        && round(game::TP03, object, game::Frame::Object)?
        && round(admin::VERSION, command, admin::Frame::CommandResult)?)
}

/// 0 if every frame survives.
#[unsafe(no_mangle)]
pub extern "C" fn tp_no_std_check() -> i32 {
    match all() {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(Wrong::Encode) => 2,
        Err(Wrong::Decode) => 3,
        Err(Wrong::Framing) => 4,
    }
}
