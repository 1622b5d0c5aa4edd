//! What is looked at, and what keys change of that.

use std::time::Instant;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tp_net::mirror::Mirror;
use tp_net::model::{Message, Object, TimeRemaining};

use super::feed::News;
use crate::failure::Failure;
use crate::universe::star_map::{Area, StarMap, float};
use crate::universe::{Survey, tree};

/// Rows that a page is.
const PAGE: isize = 10;

/// What a key asks for that is not only to be looked at otherwise.
pub(super) enum Act {
    Nothing,
    Refresh,
    End,
}

/// What keys move in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pane {
    Objects,
    Messages,
}

/// What is looked at.
pub(super) struct View {
    /// Where the game is.
    pub(super) name: String,
    pub(super) mirror: Mirror,
    pub(super) survey: Survey,
    pub(super) map: StarMap,
    /// The part of the map that is shown.
    pub(super) area: Area,
    /// Rows of the tree: of which object, and what is shown of it.
    pub(super) rows: Vec<tree::Row>,
    /// The row that is chosen.
    pub(super) row: usize,
    /// Newest first.
    pub(super) messages: Vec<Message>,
    pub(super) message: usize,
    pub(super) pane: Pane,
    /// What the turn was said to last, and when.
    pub(super) turn: Option<(TimeRemaining, Instant)>,
    pub(super) status: String,
    only_mine: bool,
}

impl View {
    pub(super) fn new(name: &str) -> Self {
        let map = StarMap::default();
        let area = map.area();
        Self {
            name: name.to_owned(),
            mirror: Mirror::new(),
            survey: Survey::default(),
            map,
            area,
            rows: Vec::new(),
            row: 0,
            messages: Vec::new(),
            message: 0,
            pane: Pane::Objects,
            turn: None,
            status: String::new(),
            only_mine: false,
        }
    }

    /// Takes in what is new.
    pub(super) fn take(&mut self, news: News) -> Result<(), Failure> {
        match news {
            News::Picture(mirror) => self.picture(*mirror),
            News::Turn(time) => self.turn = Some((time, Instant::now())),
            News::Status(status) => self.status = status,
            News::Over(failure) => return Err(failure),
        }
        Ok(())
    }

    fn picture(&mut self, mirror: Mirror) {
        let is_first = self.mirror.is_empty();
        self.survey = Survey::of_mirror(&mirror);
        self.map = StarMap::of(self.survey.objects.values());
        let mut messages: Vec<Message> = Vec::new();
        for board in mirror.boards().iter() {
            messages.extend_from_slice(mirror.messages(board.id));
        }
        messages.sort_by_key(|it| std::cmp::Reverse((it.turn, it.slot.get())));
        self.messages = messages;
        self.message = self.message.min(self.messages.len().saturating_sub(1));
        self.mirror = mirror;
        if is_first {
            self.area = self.map.area();
        }
        self.list();
    }

    /// Makes the rows anew. What was chosen stays so if it is still there.
    fn list(&mut self) {
        let chosen = self.rows.get(self.row).map(|row| row.id);
        let me = self.mirror.me().map(|me| me.id);
        self.rows = tree::rows(&self.survey);
        if self.only_mine {
            let objects = &self.survey.objects;
            let is_mine = |id| objects.get(&id).is_some_and(|it| it.owner() == me);
            self.rows.retain(|row| me.is_some() && is_mine(row.id));
        }
        let place = self.rows.iter().position(|row| Some(row.id) == chosen);
        self.row = place.unwrap_or_default();
    }

    /// The object that is chosen.
    pub(super) fn chosen(&self) -> Option<&Object> {
        self.survey.objects.get(&self.rows.get(self.row)?.id)
    }

    /// Does what a key stands for.
    pub(super) fn press(&mut self, key: KeyEvent) -> Act {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c') if is_control => return Act::End,
            KeyCode::Char('q') | KeyCode::Esc => return Act::End,
            KeyCode::Char('r') => return Act::Refresh,
            KeyCode::Tab => {
                self.pane = match self.pane {
                    Pane::Objects => Pane::Messages,
                    Pane::Messages => Pane::Objects,
                };
            }
            KeyCode::Up | KeyCode::Char('k') => self.step(-1),
            KeyCode::Down | KeyCode::Char('j') => self.step(1),
            KeyCode::PageUp => self.step(-PAGE),
            KeyCode::PageDown => self.step(PAGE),
            KeyCode::Home => self.step(isize::MIN),
            KeyCode::End => self.step(isize::MAX),
            KeyCode::Char('+' | '=') => self.area = self.area.scaled(0.5),
            KeyCode::Char('-') => self.area = self.area.scaled(2.0),
            KeyCode::Char('0') => self.area = self.map.area(),
            KeyCode::Left | KeyCode::Char('H') => self.area = self.area.moved(-0.2, 0.0),
            KeyCode::Right | KeyCode::Char('L') => self.area = self.area.moved(0.2, 0.0),
            KeyCode::Char('K') => self.area = self.area.moved(0.0, 0.2),
            KeyCode::Char('J') => self.area = self.area.moved(0.0, -0.2),
            KeyCode::Char('c') => {
                if let Some(at) = self.chosen().and_then(|it| it.position) {
                    self.area = self.area.around(float(at.x), float(at.y));
                }
            }
            KeyCode::Char('m') => {
                self.only_mine = !self.only_mine;
                self.list();
            }
            _ => {}
        }
        Act::Nothing
    }

    /// Goes so many rows down.
    fn step(&mut self, by: isize) {
        let (place, rows) = match self.pane {
            Pane::Objects => (&mut self.row, self.rows.len()),
            Pane::Messages => (&mut self.message, self.messages.len()),
        };
        *place = place.saturating_add_signed(by).min(rows.saturating_sub(1));
    }
}
