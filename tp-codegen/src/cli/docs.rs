//! `tp-codegen docs`: the reference of one or more protocols.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use tp_codegen::emit::{self, Protocol, ReferenceFormat, ReferenceOptions};
use tp_codegen::output::Purpose;

use super::{Failure, Outcome, generate, input, plan};

/// Make a reference of the protocol: a page for each packet, with drawings, tables and links.
///
/// A packet's page shows its bytes, fields, values, replies, what refers to it, an example, and how
/// the packet differs between the protocols given. Open index.html: the search works without a
/// server, and everything else without JavaScript. Nothing is loaded from anywhere.
///
/// Nothing is written before every schema has compiled. Pages that are right already are left alone;
/// pages that an earlier run made and this one does not are removed; a folder with files of any
/// other origin is refused.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  tp-codegen docs --out target/reference --rust-docs ../doc/tp_frames    # the schemas of the plan
  tp-codegen docs old=v1:game.xml new=game.xml --out reference           # a tag and now, compared
  tp-codegen docs game.xml --out docs/protocol --format markdown         # to read on a forge"
)]
pub(super) struct Args {
    /// The XML descriptions, `-` for standard input, REV:PATH for a file in a git revision, with
    /// NAME= in front to call the folder of pages (and the Rust module) so; otherwise it is called
    /// like the file [default: those of the plan]
    #[arg(value_name = "[NAME=]SCHEMA", verbatim_doc_comment)]
    schemas: Vec<PathBuf>,

    /// The folder of the reference.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// HTML for a browser, Markdown for a forge, or both side by side.
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Link Rust items to rustdoc's pages below URL, which holds a module for each NAME: an address,
    /// or a path relative to DIR. Without it Rust items are named but not linked.
    #[arg(long, value_name = "URL", verbatim_doc_comment)]
    rust_docs: Option<String>,

    /// The plan whose schemas are meant if none is named [default: tp-frames/codegen.toml in this
    /// folder or the nearest one above]
    #[arg(long, value_name = "FILE", conflicts_with = "schemas")]
    plan: Option<PathBuf>,
}

/// The value of `--format`.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Html,
    Markdown,
    Both,
}

/// Runs it.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let schemas = if args.schemas.is_empty() {
        planned(args.plan.as_deref())?
    } else {
        args.schemas.iter().map(|schema| split(schema)).collect()
    };
    let protocols = input::each(schemas, compile)?;
    let options = ReferenceOptions {
        format: match args.format {
            Format::Html => ReferenceFormat::Html,
            Format::Markdown => ReferenceFormat::Markdown,
            Format::Both => ReferenceFormat::Both,
        },
        rust_docs: args.rust_docs.clone(),
    };
    let files = emit::reference(&protocols, &options)?;
    generate::write(&args.out, Purpose::Reference, files)
}

/// A schema, what the reference calls it, and its Rust module.
struct Named {
    /// None for the version that the schema names.
    name: Option<String>,
    module: String,
    schema: PathBuf,
}

/// The schemas of a plan: each is called as its family, or as its version if that has several.
fn planned(plan: Option<&Path>) -> Result<Vec<Named>, Failure> {
    let loaded = plan::load(plan)?;
    let families = loaded.plan.families.iter();
    let schemas = families.flat_map(|family| {
        let one = family.schemas.len() == 1;
        let schemas = family.schemas.iter();
        schemas.map(move |schema| (family, one, schema))
    });
    let named = schemas.map(|(family, one, schema)| Named {
        name: one.then(|| family.name.clone()),
        module: family.name.clone(),
        schema: loaded.resolve(schema),
    });
    Ok(named.collect())
}

/// Compiles a schema with its names.
fn compile(named: Named) -> Result<Protocol, Failure> {
    let model = input::compile_edition(&named.schema)?;
    let version = || model.version.to_ascii_lowercase();
    Ok(Protocol {
        name: named.name.unwrap_or_else(version),
        module: named.module,
        model,
    })
}

/// The two parts of `NAME=SCHEMA`, or the name of the file and its path.
fn split(argument: &Path) -> Named {
    let named = |name: String, schema: &Path| Named {
        module: name.replace('-', "_"),
        name: Some(name),
        schema: schema.to_owned(),
    };
    if let Some((name, schema)) = argument.to_str().and_then(|text| text.split_once('='))
        // A file below a folder is given as a path: `./a=b.xml`.
        && !name.contains(['/', '\\'])
    {
        return named(name.to_owned(), Path::new(schema));
    }
    if argument == Path::new("-") {
        return named("stdin".to_owned(), argument);
    }
    let stem = argument.file_stem().unwrap_or(OsStr::new(""));
    named(stem.to_string_lossy().into_owned(), argument)
}
