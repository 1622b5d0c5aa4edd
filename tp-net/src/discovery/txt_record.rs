//! What is told of a game, as keys and values: the TXT record of zeroconf, and what metaservers
//! take.

use tp_frames::TpString;

use crate::model::{Game, GameParameterId};

/// Whether a parameter is a text or a number.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Number,
}

const PARAMETERS: [(&str, GameParameterId, Form); 10] = [
    ("plys", GameParameterId::PLYS, Form::Number),
    ("cons", GameParameterId::CONS, Form::Number),
    ("objs", GameParameterId::OBJS, Form::Number),
    ("admin", GameParameterId::ADMIN, Form::Text),
    ("cmt", GameParameterId::CMT, Form::Text),
    ("next", GameParameterId::NEXT, Form::Number),
    ("ln", GameParameterId::LN, Form::Text),
    ("sn", GameParameterId::SN, Form::Text),
    ("turn", GameParameterId::TURN, Form::Number),
    ("prd", GameParameterId::PRD, Form::Number),
];

/// A `turn` of at least this is no number of a turn but the Unix time of the next one, which old
/// programs call so.
const A_TIME: u32 = 1_000_000_000;

/// Everything about the game but its connections and its key, required keys first. Keys of which
/// the game says nothing are left out, unless they are required.
pub(super) fn pairs(game: &Game) -> Vec<(&'static str, String)> {
    let text = |text: &TpString| text.to_str_lossy().into_owned();
    let versions: Vec<_> = game.tp.iter().map(TpString::to_str_lossy).collect();
    let mut pairs = vec![
        ("tp", versions.join(",")),
        ("server", text(&game.server)),
        ("sertype", text(&game.sertype)),
        ("rule", text(&game.rule)),
        ("rulever", text(&game.rulever)),
    ];
    for (key, id, form) in PARAMETERS {
        let value = match form {
            Form::Text => game.text(id).map(text),
            Form::Number => game.number(id).map(|number| number.to_string()),
        };
        // The names stand in the game itself too.
        let value = value.or_else(|| match key {
            "ln" => Some(text(game.long_name())),
            "sn" => Some(text(&game.name)),
            _ => None,
        });
        pairs.extend(value.filter(|value| !value.is_empty()).map(|it| (key, it)));
    }
    pairs
}

/// Reads one key. Keys are those of today and of old programs; what is unknown, empty, or no
/// number where one is meant, is passed over.
pub(super) fn read(game: &mut Game, key: &str, value: &str) {
    match key {
        "tp" => game.tp = versions(value),
        "server" => game.server = value.into(),
        "sertype" | "servtype" => game.sertype = value.into(),
        "rule" => game.rule = value.into(),
        "rulever" => game.rulever = value.into(),
        "name" => read(game, "ln", value),
        "turn" => match value.parse() {
            Ok(time) if time >= A_TIME => game.set_number(GameParameterId::NEXT, time),
            Ok(turn) => game.set_number(GameParameterId::TURN, turn),
            Err(_) => {}
        },
        _ => {
            let Some((_, id, form)) = PARAMETERS.iter().find(|(name, ..)| *name == key) else {
                return;
            };
            match (form, value.parse()) {
                (Form::Text, _) if !value.is_empty() => game.set_text(*id, value),
                (Form::Number, Ok(number)) => game.set_number(*id, number),
                (Form::Text | Form::Number, _) => {}
            }
        }
    }
}

/// Finishes a game of which all keys are read: its short name, as games carry it.
pub(super) fn finish(game: &mut Game) {
    let short = game.text(GameParameterId::SN).cloned();
    game.name = short.unwrap_or_else(|| game.long_name().clone());
}

/// Versions with commas between: `0.3,0.4`, `0.3,0.3+`.
fn versions(value: &str) -> Vec<TpString> {
    value
        .split(',')
        .map(|version| match version.trim_start() {
            // A plus that was not escaped in a query arrives as a space.
            version if version.ends_with(' ') => format!("{}+", version.trim_end()).into(),
            version => version.into(),
        })
        .filter(|version: &TpString| !version.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn game(pairs: &[(&str, &str)]) -> Game {
        let mut game = Game::default();
        for (key, value) in pairs {
            read(&mut game, key, value);
        }
        finish(&mut game);
        game
    }

    const EVERY_KEY: [(&str, &str); 15] = [
        ("tp", "0.3,0.4"),
        ("server", "0.5.0"),
        ("sertype", "tpserver-cpp"),
        ("rule", "MiniSec"),
        ("rulever", "1.0"),
        ("plys", "4"),
        ("cons", "2"),
        ("objs", "90"),
        ("admin", "ada@example.org"),
        ("cmt", "öffentlich & frei"),
        ("next", "1795000000"),
        ("ln", "Friday's game"),
        ("sn", "friday"),
        ("turn", "12"),
        ("prd", "600"),
    ];

    #[test]
    fn every_key_goes_both_ways() {
        let read = game(&EVERY_KEY);
        assert_eq!(read.name, "friday");
        assert_eq!(read.long_name(), &"Friday's game");
        assert_eq!(read.tp, ["0.3", "0.4"]);
        let written = pairs(&read);
        let written: Vec<_> = written.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(written, EVERY_KEY);
    }

    #[test]
    fn old_programs_are_understood() {
        let read = game(&[
            ("name", "Old"),
            ("servtype", "tpserver-py"),
            ("turn", "1195000000"),
            ("tp", "0.3, 0.3 "),
        ]);
        assert_eq!(
            (read.name.as_str(), read.sertype.as_str()),
            (Some("Old"), Some("tpserver-py"))
        );
        assert_eq!(read.number(GameParameterId::NEXT), Some(1_195_000_000));
        assert_eq!(read.number(GameParameterId::TURN), None);
        assert_eq!(read.tp, ["0.3", "0.3+"]);
    }

    #[test]
    fn what_is_no_number_is_passed_over() {
        let read = game(&[
            ("turn", "-1"),
            ("objs", "many"),
            ("prd", "99999999999"),
            ("new", "?"),
        ]);
        assert_eq!(read.parameters, []);
    }

    #[test]
    fn an_empty_name_is_none() {
        for record in [[("ln", "tp"), ("sn", "")], [("ln", ""), ("sn", "tp")]] {
            let read = game(&record);
            assert_eq!(
                (read.name.as_str(), read.long_name().as_str()),
                (Some("tp"), Some("tp"))
            );
            let names: Vec<_> = pairs(&read).split_off(5);
            assert_eq!(names, [("ln", "tp".to_owned()), ("sn", "tp".to_owned())]);
        }
    }

    #[test]
    fn required_keys_are_there_and_others_only_with_a_value() {
        let keys: Vec<_> = pairs(&Game::default()).into_iter().map(|it| it.0).collect();
        assert_eq!(keys, ["tp", "server", "sertype", "rule", "rulever"]);
        let named = Game {
            name: "tp".into(),
            key: "secret".into(),
            ..Game::default()
        };
        let names: Vec<_> = pairs(&named).split_off(5);
        assert_eq!(names, [("ln", "tp".to_owned()), ("sn", "tp".to_owned())]);
    }
}
