//! `tp watch`: a game on the whole screen, kept up to date.

mod feed;
mod screen;
mod view;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use ratatui::crossterm::event::{self, Event, KeyEventKind};

use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use feed::Feed;
use view::{Act, View};

/// How long it is waited for a key before the clock is drawn again.
const TICK: Duration = Duration::from_millis(250);

/// Watch a game on the whole screen: map, objects, messages and clock
///
/// What happens in the game shows by itself, and a connection that is cut is made again. Nothing is
/// changed there.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp watch ada@game.example

Keys:
  Up, Down, PgUp, PgDn   another object, or another message
  Tab                    from objects to messages and back
  + - 0                  nearer, farther, all of the map
  Left, Right, or h j k l with Shift
                         another part of the map
  c                      the map around the object
  m                      only what is yours
  r                      ask again now
  q, Esc                 end

Exit status: 0; 1 if the server cannot be reached any more; 2 if this is no terminal.")]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// Runs the command.
pub(crate) fn run(args: &WatchArgs) -> Result<ExitCode, Failure> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(Failure::misuse(
            "watch needs a terminal; tp objects and tp map print what is there",
        ));
    }
    let connection = args.connection.connection()?;
    // What goes wrong at first is told as of all commands, and before the screen is taken.
    let feed = Feed::start(connection)?;
    let mut terminal = ratatui::try_init()
        .map_err(|error| Failure::failed(format_args!("the terminal: {error}")))?;
    let ended = watch(&mut terminal, &feed);
    ratatui::restore();
    ended
}

fn watch(terminal: &mut ratatui::DefaultTerminal, feed: &Feed) -> Result<ExitCode, Failure> {
    let failed = |error: io::Error| Failure::failed(format_args!("the terminal: {error}"));
    let mut view = View::new(feed.name());
    loop {
        while let Some(news) = feed.next() {
            view.take(news)?;
        }
        terminal
            .draw(|frame| screen::draw(frame, &mut view))
            .map_err(failed)?;
        if !event::poll(TICK).map_err(failed)? {
            continue;
        }
        let Event::Key(key) = event::read().map_err(failed)? else {
            continue;
        };
        // Windows tells when a key is let go as well.
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match view.press(key) {
            Act::End => return Ok(ExitCode::SUCCESS),
            Act::Refresh => feed.refresh(),
            Act::Nothing => {}
        }
    }
}
