//! A disk that is full, and has room again.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use tp_frames::game;
use tp_net::Error;
use tp_net::model::Message;
use tp_test_components::alone;

use super::{client, serve};

/// What is asked while there is no room is refused, and nothing has changed; then it goes on.
#[test]
fn on_a_full_disk_writes_are_refused_and_nothing_else_is() {
    alone(|| {
        let disk = Path::new("/run/disk");
        fs::create_dir(disk).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs", "/run/disk"]);
        assert!(mount.status().unwrap().success());
        let serve = serve(&disk.join("data"));
        let mut guest = client(&serve, "guest", "guest");
        let mut posted = Vec::new();
        let mut number = 0;
        // Whether the next of them is taken.
        let mut post = |guest: &mut tp_net::blocking::Client, posted: &mut Vec<String>| {
            number += 1;
            let subject = format!("{number}");
            let message = Message::new(0, subject.as_str()).body("x".repeat(1000));
            match guest.post_message(message) {
                Ok(_) => {
                    posted.push(subject);
                    true
                }
                Err(Error::Refused(refusal)) => {
                    assert_eq!(refusal.code, game::FailCode::UNAVAILABLE_TEMPORARILY);
                    assert_eq!(refusal.result, "no room is left for the data");
                    false
                }
                Err(error) => panic!("{error}"),
            }
        };
        let on_board = |guest: &mut tp_net::blocking::Client| {
            let messages = guest.all_messages(0).unwrap().into_iter();
            let subjects = messages.map(|it| it.unwrap().subject.to_string());
            subjects.filter(|it| it != "Welcome").collect::<Vec<_>>()
        };
        for _ in 0..3 {
            assert!(post(&mut guest, &mut posted));
            // Somebody else fills the disk, to the last page.
            let filler = disk.join("filler");
            let mut fill = fs::File::create(&filler).unwrap();
            while fill.write_all(&[0; 4096]).is_ok() {}
            drop(fill);
            // There may be room in the file itself.
            let mut refused = 0;
            for _ in 0..60 {
                refused += usize::from(!post(&mut guest, &mut posted));
            }
            assert!(refused > 10, "{refused}");
            assert_eq!(
                on_board(&mut guest),
                posted,
                "what was refused is not there"
            );
            // Who finishes the turn is refused as well, and reads on.
            assert!(matches!(guest.finish_turn(), Err(Error::Refused(_))));
            fs::remove_file(filler).unwrap();
            assert!(post(&mut guest, &mut posted));
            assert_eq!(on_board(&mut guest), posted);
        }
        drop(serve);
        let serve = super::serve(&disk.join("data"));
        let mut guest = client(&serve, "guest", "guest");
        assert_eq!(
            on_board(&mut guest),
            posted,
            "and is not after a crash either"
        );
        guest.finish_turn().unwrap();
    });
}
