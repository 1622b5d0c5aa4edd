//! Rust bindings: what `tp-frames/src/generated` is made of.
//!
//! The output is made for review: schema order, one file a packet, views in files of their own,
//! no macros. It names the runtime as `::tp_frames::wire` and nothing else, so that it compiles
//! in any crate.

mod docs;
mod enumeration;
mod fields;
mod file;
mod frame;
mod packet;
mod parameters;
mod places;
mod record;
mod view;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::GeneratedFile;
use crate::diagnostic::suggest::did_you_mean;
use crate::family::{Family, Version};
use crate::model::{HeaderForm, History, Model, Packet, ParameterSet, Role};
use crate::names::const_name;
use crate::parallel;

pub(crate) use fields::{borrows, is_absent, is_fixed_field};

/// How Rust bindings are emitted.
#[derive(Debug, Clone, Default)]
pub struct RustOptions {
    /// Cargo feature of the receiving crate under which the types derive serde's traits; none for
    /// no serde at all.
    pub serde_feature: Option<String>,
    /// Which packets get a borrowed form beside the owned one.
    pub views: Views,
}

/// Which packets get a borrowed form beside the owned one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Views {
    /// Every packet, and the enum of all frames.
    #[default]
    All,
    /// The packets of these names.
    Of(Vec<String>),
}

/// Why there are no Rust bindings.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum EmitError {
    /// The emitter wrote something that is not Rust: a bug in it.
    #[error("the emitter's output for {path} is not valid Rust: {reason}")]
    NotRust {
        /// The file it was making.
        path: String,
        /// What the Rust parser said.
        reason: String,
    },
    /// A view is wanted of a packet that there is not.
    #[error("a view is wanted of `{packet}`, but no packet is called so{}", .hint.as_ref().map_or(String::new(), |hint| format!("; {hint}")))]
    NoSuchPacket {
        /// The name that was given.
        packet: String,
        /// A question for what was most likely meant.
        hint: Option<String>,
    },
}

/// Emits the Rust module of `family`: `mod.rs`, a file per packet and parameter set, the enum of
/// all frames, and `views/…`.
///
/// # Errors
///
/// A view is wanted of no packet, or a bug in the emitter: its output does not parse as Rust.
pub fn rust(family: &Family, options: &RustOptions) -> Result<Vec<GeneratedFile>, EmitError> {
    let context = Context {
        family,
        model: &family.model,
        options,
    };
    context.check_views()?;
    let files = parallel::map(context.files(), |file| context.emit(file));
    let mut files = files.into_iter().collect::<Result<Vec<_>, _>>()?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// A file to emit, and what it is about.
enum ToEmit<'a> {
    Parameters(&'a ParameterSet),
    Frame,
    Packet(&'a Packet),
    View(&'a Packet),
    FrameView,
    Views,
    Table,
    Module,
}

/// What every part of the emitter looks things up in.
struct Context<'a> {
    family: &'a Family,
    model: &'a Model,
    options: &'a RustOptions,
}

impl Context<'_> {
    /// The constant of the version with that number; of the oldest or only one if there is none.
    fn version(&self, number: Option<u8>) -> Ident {
        if !self.family.is_versioned() {
            return ident("VERSION");
        }
        let mut versions = self.family.versions.iter();
        let version = match number {
            Some(number) => versions.find(|version| version.number == number),
            None => versions.next(),
        };
        version.map_or_else(|| ident("VERSION"), |version| ident(&version_name(version)))
    }

    /// Packets with a borrowed form: those asked for, and the bases whose records they hold.
    fn viewed_packets(&self) -> impl Iterator<Item = &Packet> {
        let packets = self.emitted_packets();
        packets.filter(|packet| borrows(&packet.fields) && self.is_viewed(packet))
    }

    fn is_viewed(&self, packet: &Packet) -> bool {
        let Views::Of(names) = &self.options.views else {
            return true;
        };
        let asked = |packet: &Packet| names.contains(&packet.name);
        let declares_for = |other: &Packet| {
            let mut fields = other.fields.iter();
            asked(other) && fields.any(|field| field.declared_in == packet.name)
        };
        asked(packet) || packet.role == Role::Base && self.emitted_packets().any(declares_for)
    }

    /// Every file of the module, the largest first.
    fn files(&self) -> Vec<ToEmit<'_>> {
        let sets = self.model.parameter_sets.iter();
        let mut files: Vec<_> = sets.map(ToEmit::Parameters).collect();
        files.push(ToEmit::Frame);
        if self.options.views == Views::All {
            files.push(ToEmit::FrameView);
        }
        files.extend(self.emitted_packets().map(ToEmit::Packet));
        files.extend(self.viewed_packets().map(ToEmit::View));
        if self.has_views() {
            files.push(ToEmit::Views);
        }
        files.extend([ToEmit::Table, ToEmit::Module]);
        files
    }

    fn emit(&self, file: ToEmit<'_>) -> Result<GeneratedFile, EmitError> {
        match file {
            ToEmit::Parameters(set) => parameters::file(self, set),
            ToEmit::Frame => frame::file(self),
            ToEmit::FrameView => frame::view_file(self),
            ToEmit::Packet(packet) => packet::file(self, packet),
            ToEmit::View(packet) => view::file(self, packet),
            ToEmit::Views => views_module(self),
            ToEmit::Table => table(self),
            ToEmit::Module => module(self),
        }
    }

    /// Refuses views of what is no packet.
    fn check_views(&self) -> Result<(), EmitError> {
        let Views::Of(names) = &self.options.views else {
            return Ok(());
        };
        let known = || self.emitted_packets().map(|packet| packet.name.as_str());
        match names
            .iter()
            .find(|name| known().all(|known| known != *name))
        {
            Some(packet) => Err(EmitError::NoSuchPacket {
                packet: packet.clone(),
                hint: did_you_mean(packet, known()),
            }),
            None => Ok(()),
        }
    }

    fn has_views(&self) -> bool {
        self.options.views == Views::All || self.viewed_packets().next().is_some()
    }

    /// Packets that travel.
    fn frames(&self) -> impl Iterator<Item = &Packet> {
        self.model
            .packets
            .iter()
            .filter(|packet| packet.role == Role::Frame)
    }

    /// Packets with a file of their own: those that travel, and bases that declare fields.
    fn emitted_packets(&self) -> impl Iterator<Item = &Packet> {
        self.model
            .packets
            .iter()
            .filter(|packet| match packet.role {
                Role::Header => false,
                Role::Base => !packet.fields.is_empty(),
                Role::Frame => true,
            })
    }

    fn packet(&self, name: &str) -> Option<&Packet> {
        self.model.packets.iter().find(|packet| packet.name == name)
    }

    /// The packet whose ids `listing` lists: `BoardIDs` lists those of `Board`.
    fn ids_of(&self, listing: &Packet) -> Option<&Packet> {
        let name = listing.name.strip_suffix("IDs")?;
        let of = self.packet(name)?;
        (listing.direction == of.direction && of.role == Role::Frame).then_some(of)
    }

    /// serde's derives, where they are wanted.
    fn serde_derive(&self) -> TokenStream {
        match &self.options.serde_feature {
            Some(feature) => quote! {
                #[cfg_attr(
                    feature = #feature,
                    derive(::tp_frames::serde::Serialize, ::tp_frames::serde::Deserialize),
                    serde(crate = "::tp_frames::serde")
                )]
            },
            None => TokenStream::new(),
        }
    }

    /// serde's attributes for the older names of something, but those that are another's now.
    fn serde_aliases(&self, history: &History, is_taken: impl Fn(&str) -> bool) -> TokenStream {
        let older = history.older_names.iter().filter(|name| !is_taken(name));
        older
            .map(|name| self.serde_attribute(quote!(alias = #name)))
            .collect()
    }

    /// One of serde's attributes, where serde is wanted.
    fn serde_attribute(&self, attribute: TokenStream) -> TokenStream {
        match &self.options.serde_feature {
            Some(feature) => quote!(#[cfg_attr(feature = #feature, serde(#attribute))]),
            None => TokenStream::new(),
        }
    }
}

/// An identifier of the model, which knows its raw ones.
fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, proc_macro2::Span::call_site()),
        None => Ident::new(name, proc_macro2::Span::call_site()),
    }
}

/// The file of a module.
fn module_path(module: &str) -> &str {
    module.strip_prefix("r#").unwrap_or(module)
}

/// `mod.rs`: the list of modules and what they declare.
fn module(context: &Context<'_>) -> Result<GeneratedFile, EmitError> {
    let mut file = file::File::new(context.family, "mod.rs");
    file.inner_docs(docs::protocol(context.family));
    file.allow(
        "unused_qualifications",
        "`wire::Vec` is `Vec` only where there is std",
    );
    if context.family.is_versioned() {
        // Conditions with `let` in them are not in every edition.
        file.allow("clippy::collapsible_if", "a version, and in it an option");
    }
    let name = &context.family.name;
    let mut modules = context.emitted_packets().map(|packet| &packet.module);
    if modules.any(|module| module == name) {
        file.allow(
            "clippy::module_inception",
            "the protocol has a packet of its name",
        );
    }
    let mut modules: Vec<(&str, Vec<String>)> = vec![
        ("frame", vec!["Frame".to_owned()]),
        ("table", vec!["PACKETS".to_owned()]),
    ];
    if context.has_views() {
        modules.push(("views", Vec::new()));
    }
    for set in &context.model.parameter_sets {
        modules.push((&set.module, parameters::declared(set)));
    }
    for packet in context.emitted_packets() {
        modules.push((&packet.module, packet::declared(packet)));
    }
    modules.sort_unstable();
    for (module, _) in &modules {
        let module = ident(module);
        file.item(quote!(mod #module;));
    }
    for (module, names) in &modules {
        let module = ident(module);
        if *module.to_string() == *"views" {
            file.item(quote!(
                pub use self::views::*;
            ));
            continue;
        }
        let names = names.iter().map(|name| ident(name));
        file.item(quote!(pub use self::#module::{#(#names),*};));
    }
    for version in &context.family.versions {
        let value = header_version(version);
        let (name, doc) = if context.family.is_versioned() {
            (version_name(version), format!(" {}.", version.name))
        } else {
            let doc = format!(" The version of every frame here: {}.", version.name);
            ("VERSION".to_owned(), doc)
        };
        let name = ident(&name);
        file.item(quote! {
            #[doc = #doc]
            pub const #name: ::tp_frames::wire::Version = #value;
        });
    }
    if context.family.is_versioned() {
        let versions = context.family.versions.iter();
        let versions = versions.map(|version| ident(&version_name(version)));
        file.item(quote! {
            /// All versions, oldest first.
            pub const VERSIONS: &[::tp_frames::wire::Version] = &[#(#versions),*];
        });
    }
    file.finish()
}

/// `views/mod.rs`.
fn views_module(context: &Context<'_>) -> Result<GeneratedFile, EmitError> {
    let mut file = file::File::new(context.family, "views/mod.rs");
    file.inner_docs(vec![
        "The packets and records that hold strings, lists or parameters, borrowed.".to_owned(),
    ]);
    let mut modules: Vec<(&str, Vec<String>)> = Vec::new();
    if context.options.views == Views::All {
        modules.push(("frame", vec!["FrameView".to_owned()]));
    }
    for packet in context.viewed_packets() {
        let names = view::declared(packet);
        if !names.is_empty() {
            modules.push((&packet.module, names));
        }
    }
    modules.sort_unstable();
    for (module, _) in &modules {
        let module = ident(module);
        file.item(quote!(mod #module;));
    }
    for (module, names) in &modules {
        let module = ident(module);
        let names = names.iter().map(|name| ident(name));
        file.item(quote!(pub use self::#module::{#(#names),*};));
    }
    file.finish()
}

/// `table.rs`: every packet that travels.
fn table(context: &Context<'_>) -> Result<GeneratedFile, EmitError> {
    let mut file = file::File::new(context.family, "table.rs");
    file.item(quote!(
        use ::tp_frames::wire::{Packet, PacketInfo};
    ));
    let packets = context.frames().map(|packet| ident(&packet.rust_name));
    file.item(quote! {
        /// Every packet, in any version.
        pub static PACKETS: &[&PacketInfo] = &[#(super::#packets::INFO),*];
    });
    file.finish()
}

/// The name of a version's constant.
fn version_name(version: &Version) -> String {
    let name = const_name(&version.name);
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if starts_well && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        name
    } else {
        format!("V{}", version.number)
    }
}

/// The version as the header carries it.
fn header_version(version: &Version) -> TokenStream {
    let number = proc_macro2::Literal::u8_unsuffixed(version.number);
    if version.header == HeaderForm::Ascii
        || version.header == HeaderForm::None && version.number < 4
    {
        let digits = format!("{:02}", version.number);
        let digits = proc_macro2::Literal::byte_string(digits.as_bytes());
        return quote!(::tp_frames::wire::Version::from_bytes(*#digits));
    }
    quote!(::tp_frames::wire::Version::from_bytes([#number, 0]))
}
