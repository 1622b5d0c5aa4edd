//! A server that keeps book of all that it does, so that nothing done twice goes unseen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tp_frames::{DecodeOptions, EncodeOptions, Packet, RawFrame, Semi32, Version, game};

use crate::peer::{fail, frame, okay, time_remaining, turn_remaining};

/// The ids of boards and of categories, each more than fit a page, and as many, so that a slice of
/// one could be one of the other.
pub(crate) const BOARDS: std::ops::Range<u32> = 100..107;
pub(crate) const CATEGORIES: std::ops::Range<u32> = 200..207;

/// What was done, and how often.
#[derive(Debug, Default)]
pub(crate) struct Book {
    done: Mutex<BTreeMap<String, usize>>,
    /// What was wrong with what was asked.
    wrong: Mutex<Vec<String>>,
}

impl Book {
    pub(crate) fn done(&self) -> BTreeMap<String, usize> {
        self.done.lock().unwrap().clone()
    }

    pub(crate) fn times(&self, what: &str) -> usize {
        self.done().get(what).copied().unwrap_or(0)
    }

    pub(crate) fn wrong(&self) -> Vec<String> {
        self.wrong.lock().unwrap().clone()
    }

    fn does(&self, what: impl Into<String>) {
        *self.done.lock().unwrap().entry(what.into()).or_default() += 1;
    }

    fn finds(&self, what: impl Into<String>) {
        self.wrong.lock().unwrap().push(what.into());
    }
}

/// What a server is, from one connection to the next.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) book: Arc<Book>,
    pub(crate) version: Version,
    pub(crate) greeting: &'static str,
    pub(crate) password: &'static str,
    /// Whether nobody is let in for now.
    pub(crate) busy: bool,
    /// Whether the client is to have padding on before it asks anything.
    pub(crate) padded: bool,
}

impl Model {
    pub(crate) fn new(version: Version) -> Self {
        Self {
            book: Arc::default(),
            version,
            greeting: "the model",
            password: "s3cret",
            busy: false,
            padded: false,
        }
    }

    /// Serves one connection, in a task of its own.
    pub(crate) fn serve(&self, stream: DuplexStream) -> tokio::task::JoinHandle<()> {
        let line = Line {
            model: self.clone(),
            stream,
            logged_in: false,
            padded: false,
            lists: Vec::new(),
        };
        tokio::spawn(line.run())
    }
}

/// One connection.
struct Line {
    model: Model,
    stream: DuplexStream,
    logged_in: bool,
    padded: bool,
    /// The lists that were begun here; the key is the place.
    lists: Vec<std::ops::Range<u32>>,
}

impl Line {
    async fn run(mut self) {
        let mut received = BytesMut::new();
        loop {
            let options = DecodeOptions::default().padded(self.padded);
            while let Some(frame) = RawFrame::take(&mut received, &options).unwrap() {
                let bytes = self.answer(&frame);
                // Byte by byte, and all is done before any of it is said.
                for byte in bytes.chunks(7) {
                    if self.stream.write_all(byte).await.is_err() {
                        return;
                    }
                }
            }
            if !matches!(self.stream.read_buf(&mut received).await, Ok(1..)) {
                return;
            }
        }
    }

    /// Does what is asked, and says what is to be said to it.
    fn answer(&mut self, asked: &RawFrame) -> Vec<u8> {
        let may_come_first = [game::Connect::TYPE, game::Login::TYPE];
        let r#type = asked.header.r#type;
        if !self.logged_in && !may_come_first.contains(&r#type) {
            self.model
                .book
                .finds(format!("type {} before the login", r#type));
        }
        let is_restored = self.padded || !self.model.padded;
        let may_come_first = [
            game::Connect::TYPE,
            game::Login::TYPE,
            game::SetFilters::TYPE,
        ];
        if !is_restored && !may_come_first.contains(&r#type) {
            self.model
                .book
                .finds(format!("type {} before padding", r#type));
        }
        match r#type {
            game::Connect::TYPE => self.say(asked, &okay(self.model.greeting)),
            game::Login::TYPE => self.log_in(asked),
            game::SetFilters::TYPE => {
                let said = self.say(asked, &okay("padded"));
                self.padded = true;
                said
            }
            game::GetTimeRemaining::TYPE => self.say(asked, &turn_remaining(8)),
            game::GetBoardIDs::TYPE => {
                let asked_for: game::GetBoardIDs = read(asked);
                let slice = self.slice(asked, &BOARDS, asked_for.into());
                slice.map_or_else(|said| said, |it| self.say(asked, &game::BoardIDs::from(it)))
            }
            game::GetCategoryIDs::TYPE => {
                let asked_for: game::GetCategoryIDs = read(asked);
                let slice = self.slice(asked, &CATEGORIES, asked_for.into());
                slice.map_or_else(
                    |said| said,
                    |it| self.say(asked, &game::CategoryIDs::from(it)),
                )
            }
            game::GetBoards::TYPE => {
                let boards = read::<game::GetBoards>(asked).ids.into_iter();
                let boards = boards.map(|id| game::Board {
                    id,
                    name: format!("board {id}").into(),
                    ..Default::default()
                });
                self.say_all(asked, &boards.collect::<Vec<_>>())
            }
            game::PostMessage::TYPE => {
                let post: game::PostMessage = read(asked);
                self.model.book.does(post.subject.to_str_lossy());
                self.say(asked, &okay("posted"))
            }
            game::AddCategory::TYPE => {
                let added: game::AddCategory = read(asked);
                self.model.book.does(added.name.to_str_lossy());
                let category = game::Category {
                    id: added.id,
                    modtime: 1,
                    name: added.name,
                    description: added.description,
                };
                self.say(asked, &category)
            }
            game::RemoveCategory::TYPE => {
                let ids = read::<game::RemoveCategory>(asked).ids;
                for id in &ids {
                    self.model.book.does(format!("remove {id}"));
                }
                let said: Vec<_> = ids.iter().map(|_| okay("removed")).collect();
                self.say_all(asked, &said)
            }
            _ => {
                self.model.book.finds(format!("type {}", r#type));
                self.say(asked, &fail(0))
            }
        }
    }

    fn log_in(&mut self, asked: &RawFrame) -> Vec<u8> {
        let login: game::Login = read(asked);
        if self.model.busy {
            return self.say(asked, &fail(3));
        }
        if login.username != *"ada" || login.password != *self.model.password {
            return self.say(asked, &fail(5));
        }
        self.logged_in = true;
        let told = frame(self.form(), 0, &time_remaining(7));
        [self.say(asked, &okay("welcome")), told].concat()
    }

    /// A slice of the list that the key stands for, or what to say instead.
    fn slice(
        &mut self,
        asked: &RawFrame,
        whole: &std::ops::Range<u32>,
        slice: game::GetIDSequence,
    ) -> Result<game::IDSequence, Vec<u8>> {
        let key = slice.key.get().unwrap_or_else(|| {
            self.lists.push(whole.clone());
            u32::try_from(self.lists.len()).unwrap()
        });
        let list = self.lists.get(key as usize - 1);
        let Some(list) = list.cloned() else {
            return Err(self.say(asked, &fail(4)));
        };
        // Never all at once.
        let amount = slice.amount.get().unwrap_or(3).min(3);
        let start = list.start + slice.start;
        let end = list.end.min(start + amount);
        let modtimes = (start..end).map(|id| game::IDSequenceModtime { id, modtime: 1 });
        Ok(game::IDSequence {
            key: key.into(),
            remaining: Semi32::from(list.end - end),
            modtimes: modtimes.collect(),
            from: (self.model.version == game::TP04).then(Default::default),
        })
    }

    fn form(&self) -> EncodeOptions {
        EncodeOptions::new(self.model.version).padded(self.padded)
    }

    fn say(&self, asked: &RawFrame, packet: &impl Packet) -> Vec<u8> {
        frame(self.form(), asked.header.sequence, packet)
    }

    fn say_all<P: Packet>(&self, asked: &RawFrame, packets: &[P]) -> Vec<u8> {
        let number = u32::try_from(packets.len()).unwrap();
        let mut bytes = self.say(asked, &game::Sequence { number });
        for packet in packets {
            bytes.extend(self.say(asked, packet));
        }
        bytes
    }
}

fn read<P: Packet>(frame: &RawFrame) -> P {
    frame.decode::<P>(&DecodeOptions::default()).unwrap().0
}
