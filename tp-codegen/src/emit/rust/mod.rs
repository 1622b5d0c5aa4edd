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
use crate::model::{HeaderForm, Model, Packet, Role};

pub(crate) use fields::{borrows, is_absent, is_fixed_field};

/// How Rust bindings are emitted.
#[derive(Debug, Clone, Default)]
pub struct RustOptions {
    /// Cargo feature of the receiving crate under which the types derive serde's traits; none for
    /// no serde at all.
    pub serde_feature: Option<String>,
    /// The protocols of the same family, oldest first, as module name and model: the docs of a
    /// packet link to its siblings there. The modules stand beside the emitted one.
    pub family: Vec<(String, Model)>,
}

/// The emitter wrote something that is not Rust: a bug in it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
#[error("the emitter's output for {path} is not valid Rust: {reason}")]
pub struct EmitError {
    /// The file it was making.
    pub path: String,
    /// What the Rust parser said.
    pub reason: String,
}

/// Emits the Rust module of `model`: `mod.rs`, a file per packet and parameter set, the enum of
/// all frames, and `views/…`.
///
/// # Errors
///
/// A bug in the emitter: its output does not parse as Rust.
pub fn rust(model: &Model, options: &RustOptions) -> Result<Vec<GeneratedFile>, EmitError> {
    let context = Context { model, options };
    let mut files = vec![module(&context)?];
    for set in &model.parameter_sets {
        files.push(parameters::file(&context, set)?);
    }
    for packet in context.emitted_packets() {
        files.push(packet::file(&context, packet)?);
    }
    files.push(frame::file(&context)?);
    files.push(frame::view_file(&context)?);
    files.push(views_module(&context)?);
    for packet in context.frames().filter(|packet| borrows(&packet.fields)) {
        files.push(view::file(&context, packet)?);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// What every part of the emitter looks things up in.
struct Context<'a> {
    model: &'a Model,
    options: &'a RustOptions,
}

impl Context<'_> {
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
    let mut file = file::File::new(context.model, "mod.rs");
    file.inner_docs(docs::protocol(context.model));
    file.allow(
        "unused_qualifications",
        "`wire::Vec` is `Vec` only where there is std",
    );
    let mut modules: Vec<(&str, Vec<String>)> =
        vec![("frame", vec!["Frame".to_owned()]), ("views", Vec::new())];
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
    let version = version(context.model);
    let doc = format!(
        " The protocol of every frame here: {}.",
        context.model.version
    );
    file.item(quote! {
        #[doc = #doc]
        pub const VERSION: ::tp_frames::wire::Version = #version;
    });
    file.finish()
}

/// `views/mod.rs`.
fn views_module(context: &Context<'_>) -> Result<GeneratedFile, EmitError> {
    let mut file = file::File::new(context.model, "views/mod.rs");
    file.inner_docs(vec![
        "The packets and records that hold strings, lists or parameters, borrowed.".to_owned(),
    ]);
    let mut modules: Vec<(&str, Vec<String>)> = vec![("frame", vec!["FrameView".to_owned()])];
    for packet in context
        .emitted_packets()
        .filter(|packet| borrows(&packet.fields))
    {
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

/// The version as the header carries it.
fn version(model: &Model) -> TokenStream {
    let digits: Vec<u8> = model.version.bytes().filter(u8::is_ascii_digit).collect();
    let number = digits.iter().fold(0_u8, |number, digit| {
        number
            .wrapping_mul(10)
            .wrapping_add(digit.wrapping_sub(b'0'))
    });
    let number = proc_macro2::Literal::u8_unsuffixed(number);
    let ascii = proc_macro2::Literal::byte_string(&digits);
    match (model.version.as_str(), model.header) {
        ("TP03", _) => quote!(::tp_frames::wire::Version::TP03),
        ("TP04", HeaderForm::Binary | HeaderForm::None) => {
            quote!(::tp_frames::wire::Version::TP04)
        }
        (_, HeaderForm::Ascii) => quote!(::tp_frames::wire::Version(*#ascii)),
        _ => quote!(::tp_frames::wire::Version([#number, 0])),
    }
}
