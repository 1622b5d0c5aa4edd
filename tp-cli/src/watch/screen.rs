//! How it looks.

use std::env;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, List, ListState, Paragraph, Wrap};
use tp_frames::printable;

use super::view::{Pane, View};
use crate::game::objects::{Names, lines};
use crate::game::orders;
use crate::universe::star_map::grid;

/// The player's own colour.
const OWN: Color = Color::Green;

/// Colours of the others.
const OTHERS: [Color; 5] = [
    Color::Red,
    Color::Yellow,
    Color::Magenta,
    Color::Cyan,
    Color::Blue,
];

const KEYS: &str =
    "↑↓ choose  Tab objects/messages  +-0 zoom  ←→JK move  c centre  m mine  r again  q end";

pub(super) fn draw(frame: &mut Frame<'_>, view: &mut View) {
    let [top, middle, bottom] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(5),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    frame.render_widget(Paragraph::new(headline(view)), top);
    frame.render_widget(Paragraph::new(KEYS).style(dim()), bottom);
    // Beside each other where there is room, else one below the other.
    let [left, right] = match middle.width >= 80 {
        true => Layout::horizontal([Constraint::Percentage(60), Constraint::Percentage(40)]),
        false => Layout::vertical([Constraint::Percentage(50), Constraint::Percentage(50)]),
    }
    .areas(middle);
    let [map_area, messages] =
        Layout::vertical([Constraint::Percentage(75), Constraint::Percentage(25)]).areas(left);
    let [objects, details] =
        Layout::vertical([Constraint::Percentage(55), Constraint::Percentage(45)]).areas(right);
    draw_map(frame, view, map_area);
    draw_messages(frame, view, messages);
    draw_objects(frame, view, objects);
    draw_details(frame, view, details);
}

/// Where it is, which turn, and how long that lasts.
fn headline(view: &View) -> Line<'static> {
    let mut words = vec![view.name.clone()];
    if let Some((turn, told)) = &view.turn {
        if let Some(turn) = turn.turn {
            words.push(format!("turn {turn}"));
        }
        let passed = told.elapsed().as_secs();
        let left = u64::from(turn.time).saturating_sub(passed);
        match (turn.time, left) {
            (0 | u32::MAX, _) => words.push("it ends when all are done".to_owned()),
            (_, 0) => words.push("it is ending".to_owned()),
            (_, left) => words.push(format!("{left} s left")),
        }
    }
    if !view.status.is_empty() {
        words.push(view.status.clone());
    }
    Line::styled(
        words.join("  ·  "),
        Style::new().add_modifier(Modifier::BOLD),
    )
}

fn draw_map(frame: &mut Frame<'_>, view: &View, area: Rect) {
    let block = Block::bordered().title("Map");
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let chosen = view.chosen().map(|it| it.id);
    let me = view.mirror.me().map(|me| me.id);
    let cells = grid(
        &view.map,
        view.area,
        inner.width.into(),
        inner.height.into(),
    );
    let lines: Vec<Line<'_>> = { cells.iter() }
        .map(|row| {
            let spans = row.iter().map(|cell| {
                let mut style = Style::new();
                if let Some((id, owner)) = cell.of {
                    style = owned(owner, me);
                    if Some(id) == chosen {
                        style = style.add_modifier(Modifier::REVERSED);
                    }
                }
                Span::styled(cell.symbol.to_string(), style)
            });
            Line::from_iter(spans)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn draw_objects(frame: &mut Frame<'_>, view: &View, area: Rect) {
    let me = view.mirror.me().map(|me| me.id);
    let rows = view.rows.iter().map(|row| {
        let owner = view.survey.objects.get(&row.id).and_then(|it| it.owner());
        Line::styled(format!("{}  {}", row.branch, row.what), owned(owner, me))
    });
    let list = List::new(rows)
        .block(pane("Objects", view.pane == Pane::Objects))
        .highlight_style(Style::new().add_modifier(Modifier::REVERSED));
    let mut state = ListState::default().with_selected(Some(view.row));
    frame.render_stateful_widget(list, area, &mut state);
}

fn draw_details(frame: &mut Frame<'_>, view: &View, area: Rect) {
    let mut text = Vec::new();
    if let Some(object) = view.chosen() {
        let names = Names::of_mirror(&view.mirror, object);
        let mut facts = lines(object, &names).into_iter();
        let line = |(what, said): (_, String)| Line::from(format!("{what}: {said}"));
        text.extend(facts.next().map(line));
        // What it does stands above all that it is, which may be more than there is room for.
        for order in view.mirror.orders_of(object) {
            let desc = view.mirror.order_descs().get(order.otype);
            let shown = orders::shown(&order, desc);
            text.extend(shown.lines().map(|it| Line::from(it.to_owned())));
        }
        text.extend(facts.map(line));
    }
    let details = Paragraph::new(text).wrap(Wrap { trim: false });
    frame.render_widget(details.block(Block::bordered().title("Object")), area);
}

fn draw_messages(frame: &mut Frame<'_>, view: &View, area: Rect) {
    let rows = view.messages.iter().enumerate().map(|(place, message)| {
        let turn = message.turn;
        let mut lines = vec![Line::from(format!(
            "{turn}: {}",
            message.subject.printable()
        ))];
        // The one that is chosen is there to be read.
        if place == view.message && view.pane == Pane::Messages {
            let body = message.body.to_string();
            let body = body
                .lines()
                .map(|line| Line::from(format!("  {}", printable(line))));
            lines.extend(body);
        }
        ratatui::text::Text::from(lines)
    });
    let list = List::new(rows)
        .block(pane("Messages", view.pane == Pane::Messages))
        .highlight_style(Style::new().add_modifier(Modifier::BOLD));
    let mut state = ListState::default().with_selected(Some(view.message));
    frame.render_stateful_widget(list, area, &mut state);
}

fn pane(title: &'static str, is_active: bool) -> Block<'static> {
    let style = match is_active {
        true => Style::new().add_modifier(Modifier::BOLD),
        false => dim(),
    };
    Block::bordered().title(title).border_style(style)
}

fn dim() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// The colour of a player's things; by convention none where the environment says so.
fn owned(owner: Option<u32>, me: Option<u32>) -> Style {
    let Some(owner) = owner else {
        return Style::new();
    };
    if env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty()) {
        return Style::new();
    }
    if Some(owner) == me {
        return Style::new().fg(OWN);
    }
    let place = usize::try_from(owner).unwrap_or_default();
    let other = place.checked_rem(OTHERS.len());
    let colour = other.and_then(|place| OTHERS.get(place));
    colour.map_or(Style::new(), |colour| Style::new().fg(*colour))
}
