//! The list of games for people.

use std::fmt::Write as _;

use tp_frames::TpString;

use crate::model::{Game, GameParameterId};
use crate::transport::Url;

const HEAD: &str = "<!DOCTYPE html>
<html lang=\"en\"><head><meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>Thousand Parsec games</title>
<style>body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4em;border-bottom:1px solid #ccc}</style>
</head><body>
<h1>Thousand Parsec games</h1>
";

const FOOT: &str =
    "<p>This is a metaserver: programs ask it with <code>?action=get</code>, and games \
register with <code>?action=update</code>.</p>
</body></html>
";

/// The page with these games.
pub(super) fn page(games: &[&Game]) -> String {
    let mut page = HEAD.to_owned();
    if games.is_empty() {
        page.push_str("<p>No game is registered now.</p>\n");
    } else {
        page.push_str("<table><tr><th>Game</th><th>Rules</th><th>Server</th><th>Players</th><th>Turn</th><th>Where</th></tr>\n");
        for game in games {
            row(&mut page, game);
        }
        page.push_str("</table>\n");
    }
    page.push_str(FOOT);
    page
}

fn row(page: &mut String, game: &Game) {
    let number = |id| {
        game.number(id)
            .map(|number| number.to_string())
            .unwrap_or_default()
    };
    let _ = write!(
        page,
        "<tr><td>{}</td><td>{} {}</td><td>{} {}</td><td>{}</td><td>{}</td><td>",
        text(game.long_name()),
        text(&game.rule),
        text(&game.rulever),
        text(&game.sertype),
        text(&game.server),
        number(GameParameterId::PLYS),
        number(GameParameterId::TURN),
    );
    for url in Url::of_game(game) {
        let _ = write!(page, "<code>{url}</code> ");
    }
    page.push_str("</td></tr>\n");
}

/// Text that a browser shows and does not obey.
fn text(text: &TpString) -> String {
    let text = text.printable().to_string();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
