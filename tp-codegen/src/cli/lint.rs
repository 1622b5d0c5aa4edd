//! `tp-codegen lint`: what a schema may say but should not.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tp_codegen::Source;
use tp_codegen::diagnostic::Code;
use tp_codegen::lint::{AllowList, Linter, Report, Rule, Severity};

use super::{Color, Failure, Outcome, input, plan};

/// Find what a schema may say but should not.
///
/// The compiler refuses what cannot be right. This finds what most likely is not: misspelt words,
/// missing descriptions, requests without reply, version notes that contradict each other, and
/// more; --list-rules lists the rules, and --explain tells about one.
///
/// What is right as it is can be allowed, always with a reason, by a comment in front of the element
/// or behind it on its line
///
///   <!-- lint: allow(unasked-frame) The server sends it by itself. -->
///
/// or by an entry of the plan. A place is names joined by dots, `*` stands for any characters, and
/// what is in a place is covered with it. Without schema or place, the entry is about all of them.
///
///   [[lint.allow]]
///   rule = "unbounded"
///   schema = "../protocol.xml"
///   place = "Object.contains"
///   reason = "servers send as many as there are"
///
/// An entry without reason, or one that allows nothing any more, is found as well.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  tp-codegen lint                                    # the schemas of the plan
  tp-codegen lint extension.xml --fail-on error      # a schema of your own
  tp-codegen lint --format github                    # in a workflow of GitHub Actions
  tp-codegen lint --explain copied-prose"
)]
pub(super) struct Args {
    /// The XML descriptions, `-` for standard input [default: those of the plan]
    #[arg(value_name = "SCHEMA")]
    schemas: Vec<PathBuf>,

    /// How to print what is found.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Exit with 1 if something as bad as this is found, or worse.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,

    /// The plan with the allow-list, which is about the schemas of that plan [default:
    /// tp-frames/codegen.toml in this folder or the nearest one above, if there is one]
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,

    /// List the rules and do nothing else.
    #[arg(long, conflicts_with_all = ["schemas", "explain"])]
    list_rules: bool,

    /// Explain a rule, or a mistake such as TP032, and do nothing else.
    #[arg(long, value_name = "RULE", conflicts_with = "schemas")]
    explain: Option<String>,
}

/// The value of `--format`.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// As a compiler prints it, with excerpts.
    #[default]
    Text,
    /// One JSON object: `findings`, `counts`, `allowed`.
    Json,
    /// SARIF 2.1.0, for code scanners.
    Sarif,
    /// Workflow commands, which GitHub Actions shows beside the lines.
    Github,
}

/// The value of `--fail-on`.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum FailOn {
    /// Anything.
    Note,
    /// What is most likely not meant.
    #[default]
    Warning,
    /// What cannot be right.
    Error,
}

/// Runs it.
pub(super) fn run(args: &Args, color: Color) -> Result<Outcome, Failure> {
    if args.list_rules {
        return Ok(Outcome::fine(list_rules()));
    }
    if let Some(name) = &args.explain {
        return explain(name).map(Outcome::fine);
    }
    let report = report(args)?;
    let text = match args.format {
        Format::Text => report.text(color.on(&io::stdout())),
        Format::Json => report.json(),
        Format::Sarif => report.sarif(),
        Format::Github => report.github(),
    };
    let limit = match args.fail_on {
        FailOn::Note => Severity::Note,
        FailOn::Warning => Severity::Warning,
        FailOn::Error => Severity::Error,
    };
    Ok(Outcome {
        text,
        finding: report.worst().is_some_and(|worst| worst >= limit),
    })
}

/// Looks at the schemas that are named, or else at those of the plan.
fn report(args: &Args) -> Result<Report, Failure> {
    let plan = match plan::load(args.plan.as_deref()) {
        // Whoever names a schema needs no plan.
        Err(Failure::NoPlan(_)) if !args.schemas.is_empty() => None,
        plan => Some(plan?),
    };
    let paths = match &plan {
        Some(loaded) if args.schemas.is_empty() => loaded.schemas(),
        _ => args.schemas.clone(),
    };
    let allow = match &plan {
        Some(loaded) => allow_list(loaded, &paths)?,
        None => AllowList::default(),
    };
    let mut linter = Linter::new(&allow);
    for path in &paths {
        match Source::new(&input::name(path), input::bytes(path)?) {
            Ok(source) => {
                let older = plan.as_ref().and_then(|loaded| before(loaded, path));
                linter.version(&source, older.as_ref());
            }
            Err(diagnostics) => linter.refused(&diagnostics),
        }
    }
    Ok(linter.finish())
}

/// The schema of the version before that at `path`, if the plan has it and it can be read.
fn before(loaded: &plan::Loaded, path: &Path) -> Option<Source> {
    let families = loaded.plan.families.iter();
    let older = families.flat_map(|family| family.schemas.windows(2));
    let mut older = older.filter_map(|pair| match pair {
        [older, newer] if is_same(path, &loaded.resolve(newer)) => Some(loaded.resolve(older)),
        _ => None,
    });
    let older = older.next()?;
    Source::new(&input::name(&older), input::bytes(&older).ok()?).ok()
}

/// What the plan allows, with the names under which the schemas at `paths` are looked at.
fn allow_list(loaded: &plan::Loaded, paths: &[PathBuf]) -> Result<AllowList, Failure> {
    let named = |schema: &Path| {
        let same = |path: &&PathBuf| is_same(path, schema);
        let path = paths.iter().find(same).map_or(schema, PathBuf::as_path);
        input::name(path)
    };
    let schemas = loaded
        .schemas()
        .iter()
        .map(|schema| named(schema))
        .collect();
    let entries = loaded.plan.allow.iter().cloned().map(|mut entry| {
        entry.schema = entry.schema.map(|schema| named(&loaded.resolve(&schema)));
        entry
    });
    let source = Source::new(&loaded.plan.name, loaded.text.as_str())?;
    Ok(AllowList::new(source, schemas, entries.collect()))
}

/// Whether two paths lead to one file.
fn is_same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    a == b || real(a).is_some_and(|a| real(b) == Some(a))
}

fn list_rules() -> String {
    let mut text = String::new();
    for rule in Rule::all() {
        text += &format!(
            "{:<22} {:<8} {:<11} {}\n",
            rule.name, rule.severity, rule.category, rule.title
        );
    }
    text
}

fn explain(name: &str) -> Result<String, Failure> {
    if let Some(rule) = Rule::named(name) {
        return Ok(format!(
            "{} ({}, {}): {}\n\n{}\n",
            rule.name, rule.severity, rule.category, rule.title, rule.explanation
        ));
    }
    let code = Code::ALL.iter().find(|code| code.name() == name);
    let code = code.ok_or_else(|| Failure::NoRule(name.to_owned()))?;
    Ok(format!(
        "{} (error): {}\n\n{}\n",
        code.name(),
        code.title(),
        code.explanation()
    ))
}
