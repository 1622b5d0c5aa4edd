//! `tp serve --data`: what is kept, and where.
#![allow(clippy::arithmetic_side_effects, reason = "a test may fail")]

#[cfg(target_os = "linux")]
mod full;
mod kills;
mod players;

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tp_net::Options;
use tp_net::blocking::Client;

use crate::program::{Serve, command, tp};

/// A folder in memory, where there is one: what is killed is the program and not the machine.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    match memory.is_dir() {
        true => tempfile::tempdir_in(memory).unwrap(),
        false => tempfile::tempdir().unwrap(),
    }
}

/// The game of a folder, served.
fn serve(data: &Path) -> Serve {
    Serve::start(&["--no-tls", "--data", data.to_str().unwrap()])
}

fn client(serve: &Serve, name: &str, password: &str) -> Client {
    let mut client = Client::connect(serve.address, Options::default()).unwrap();
    client.login(name, password).unwrap();
    client
}

#[cfg(unix)]
#[test]
fn a_game_goes_on_where_it_was() {
    let data = folder();
    let data = data.path().join("new/game");
    let mut serve = Serve::start(&["--no-tls", "--seed", "9", "--data", data.to_str().unwrap()]);
    assert_eq!(serve.told("a new game, kept in "), data.to_str());
    let mut guest = client(&serve, "guest", "guest");
    guest.create_account("ada", "s3cret", "", "").unwrap();
    guest.finish_turn().unwrap();
    while guest.time_remaining().unwrap().turn != Some(2) {}
    drop(guest);
    assert_eq!(serve.program.ended_by("-INT"), Some(0));

    let mut serve = self::serve(&data);
    let told = format!("kept in {}: ", data.display());
    assert_eq!(serve.told(&told), Some("turn 2, 4 accounts"));
    assert_eq!(serve.told("it was not ended properly"), None);
    assert!(serve.told("the demo game, made from seed 9,").is_some());
    client(&serve, "ada", "s3cret");
    serve.program.kill();
    // Nothing that is kept has changed since.
    assert_eq!(self::serve(&data).told("it was not ended properly"), None);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_what_is_kept_and_no_password_is() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder();
    let data = folder.path().join("game");
    let tp = command(&[]);
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "umask 0; exec \"$@\"", "sh"])
        .arg(tp.get_program());
    shell
        .args(["serve", "--port", "0", "--no-tls", "--data"])
        .arg(&data);
    let mut program = crate::program::Program::start(&mut shell);
    let greeting = program.until("Ctrl-C");
    let address = greeting.lines().next().unwrap().rsplit(' ').next().unwrap();
    let mut guest = Client::connect(address, Options::default()).unwrap();
    guest
        .create_account("ada", "s3cret-and-long", "", "")
        .unwrap();
    let check = || {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let files: Vec<_> = fs::read_dir(&data).unwrap().map(Result::unwrap).collect();
        let names: Vec<_> = files.iter().map(fs::DirEntry::file_name).collect();
        assert_eq!(names, ["game.redb"]);
        let file = files[0].path();
        assert_eq!((mode(&data), mode(&file)), (0o700, 0o600));
        let bytes = fs::read(file).unwrap();
        let has = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
        assert!(has(b"ada") && has(b"$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!has(b"s3cret-and-long"));
    };
    check();
    assert_eq!(program.ended_by("-INT"), Some(0));
    check();
}

#[test]
fn without_a_folder_nothing_is_written() {
    let (here, state) = (folder(), folder());
    let mut serve = command(&["serve", "--port", "0", "--no-tls"]);
    serve
        .current_dir(here.path())
        .env("XDG_STATE_HOME", state.path());
    let mut program = crate::program::Program::start(&mut serve);
    program.until("Ctrl-C");
    for folder in [here, state] {
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn what_cannot_be_used_is_refused_with_what_to_do() {
    let folder = folder();
    let data = folder.path().to_str().unwrap();
    let refused = || tp(&["serve", "--port", "0", "--no-tls", "--data", data]).complaint(1);
    let file = folder.path().join("game.redb");

    fs::write(&file, "A text.").unwrap();
    let wanted = format!(
        "error: {} is no data of tp-game; move it away, or give another folder\n",
        file.display()
    );
    assert_eq!(refused(), wanted);
    fs::remove_file(&file).unwrap();

    let serve = serve(folder.path());
    let wanted = format!(
        "error: {} is in use by another server; end that one, or give this one a folder of its own\n",
        file.display()
    );
    assert_eq!(refused(), wanted);
    client(&serve, "guest", "guest");
    drop(serve);

    let file = fs::OpenOptions::new().write(true).open(&file).unwrap();
    file.set_len(10_000).unwrap();
    let told = refused();
    assert!(
        told.contains("is damaged: ") && told.contains("put a copy of it in its place"),
        "{told}"
    );
}
