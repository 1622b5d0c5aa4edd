//! Makes the frames of the extension; `main.rs` includes them.

fn main() -> Result<(), tp_codegen::builder::BuildError> {
    tp_codegen::Builder::new("extension.xml").generate()
}
