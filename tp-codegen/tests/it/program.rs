//! Runs the real program in a folder of its own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

/// A schema of these packets.
pub(crate) fn schema(packets: &[&str]) -> String {
    let packets = packets.concat();
    format!("<protocol version=\"TP04\">\n{packets}</protocol>\n")
}

/// A packet with one integer field for each of `fields`.
pub(crate) fn packet(name: &str, id: u32, fields: &[&str]) -> String {
    let fields: String = fields
        .iter()
        .map(|field| {
            format!(
                "      <integer type=\"unsigned\" size=\"32\">\n        <name>{field}</name>\n      \
                 </integer>\n"
            )
        })
        .collect();
    format!(
        "  <packet name=\"{name}\" id=\"{id}\">\n    <direction>any</direction>\n    <structure>\n\
         {fields}    </structure>\n  </packet>\n"
    )
}

/// A schema of two packets.
pub(crate) fn good() -> String {
    schema(&[
        &packet("Alpha", 2000, &["one"]),
        &packet("Beta", 2001, &["two"]),
    ])
}

/// A plan that makes `out`, with families of these names, each from the schema beside its name.
pub(crate) fn plan(out: &str, families: &[(&str, &str)]) -> String {
    let family = |(name, schema): &(&str, &str)| {
        format!("\n[[family]]\nname = \"{name}\"\nversions = [\"../{schema}.xml\"]\n")
    };
    let families: String = families.iter().map(family).collect();
    format!("out = \"{out}\"\n{families}")
}

/// A schema that ends too early, with what is wrong about it.
pub(crate) const BROKEN: &str =
    "<protocol version=\"TP04\">\n  <packet name=\"Alpha\" id=\"broken\">\n";

/// A folder to run the program in, gone when dropped.
pub(crate) struct Folder(tempfile::TempDir);

/// How a run of the program ended. What is checked of it shows, where it fails, the whole run.
#[derive(Debug)]
pub(crate) struct Run {
    arguments: Vec<OsString>,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            arguments,
            code,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "{arguments:?} ended with {code:?}\n{stdout}\nand said\n{stderr}"
        )
    }
}

impl Run {
    /// Checks the exit code.
    #[track_caller]
    pub(crate) fn ends(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Checks that all went well and there was nothing to complain of.
    #[track_caller]
    pub(crate) fn succeeds(&self) -> &Self {
        assert_eq!(self.stderr, "", "{self}");
        self.ends(0)
    }

    /// Checks the exit code of a run that has no outcome to print.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32) -> &Self {
        assert_eq!(self.stdout, "", "{self}");
        self.ends(code)
    }

    /// Checks that `text` is printed.
    #[track_caller]
    pub(crate) fn prints(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "{text}\nis not printed: {self}");
        self
    }

    /// Checks that `text` is printed last.
    #[track_caller]
    pub(crate) fn prints_last(&self, text: &str) -> &Self {
        assert!(
            self.stdout.ends_with(text),
            "{text}\nis not printed last: {self}"
        );
        self
    }

    /// Checks that `text` is not printed.
    #[track_caller]
    pub(crate) fn keeps_quiet_about(&self, text: &str) -> &Self {
        assert!(!self.stdout.contains(text), "{text}\nis printed: {self}");
        self
    }

    /// Checks that `text` is among the errors.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "{text}\nis not said: {self}");
        self
    }

    /// Checks that the error is that of the program itself which begins with `text`.
    #[track_caller]
    pub(crate) fn gives_up(&self, text: &str) -> &Self {
        let text = format!("error: {text}");
        assert!(
            self.stderr.starts_with(&text),
            "{text}\nis not said first: {self}"
        );
        self
    }
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with these files: the path and the text of each.
    pub(crate) fn with<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Self {
        let folder = Self::new();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &(impl AsRef<[u8]> + ?Sized)) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Everything below `path`: each file with its bytes and when it was changed, each empty
    /// folder without.
    pub(crate) fn tree(&self, path: &str) -> BTreeMap<String, Option<(Vec<u8>, SystemTime)>> {
        let mut tree = BTreeMap::new();
        add(&mut tree, &self.path(path), "");
        tree
    }

    /// The names of the files below `path`.
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        self.tree(path).into_keys().collect()
    }

    /// Makes a file look as if it was written long ago, so that a new time shows.
    pub(crate) fn age(&self, path: &str) {
        let long_ago = SystemTime::now() - Duration::from_secs(86_400);
        let file = fs::File::options().append(true).open(self.path(path));
        file.unwrap().set_modified(long_ago).unwrap();
    }

    /// The same for every file below `path`.
    pub(crate) fn age_all(&self, path: &str) {
        for name in self.names(path) {
            self.age(&format!("{path}/{name}"));
        }
    }

    /// Runs the program here.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_in("", arguments, "")
    }

    /// Runs the program in a folder below this, with something on its standard input.
    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str], stdin: &str) -> Run {
        run_at(&self.path(folder), arguments, stdin)
    }

    /// Runs the program here, which must not change anything below `path`.
    #[track_caller]
    pub(crate) fn run_keeping(&self, path: &str, arguments: &[&str]) -> Run {
        let before = self.tree(path);
        let run = self.run(arguments);
        assert_eq!(self.tree(path), before, "{run}");
        run
    }

    /// Runs the program here from a shell that first executes `setup`.
    pub(crate) fn run_after(&self, setup: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{setup}; exec \"$@\""), "sh"])
            .arg(env!("CARGO_BIN_EXE_tp-codegen"))
            .args(arguments)
            .current_dir(self.path(""));
        finish(command, "")
    }
}

fn add(tree: &mut BTreeMap<String, Option<(Vec<u8>, SystemTime)>>, path: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(path) else {
        return;
    };
    for entry in entries {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_file() {
            let changed = entry.metadata().unwrap().modified().unwrap();
            tree.insert(name, Some((fs::read(entry.path()).unwrap(), changed)));
        } else {
            let before = tree.len();
            add(tree, &entry.path(), &format!("{name}/"));
            if tree.len() == before {
                tree.insert(name, None);
            }
        }
    }
}

/// Runs the program in a folder, with something on its standard input.
pub(crate) fn run_at(folder: &Path, arguments: &[&str], stdin: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tp-codegen"));
    command.args(arguments).current_dir(folder);
    finish(command, stdin)
}

fn finish(mut command: Command, stdin: &str) -> Run {
    let arguments = command.get_args().map(OsString::from).collect();
    let mut child = command
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    Run {
        arguments,
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
