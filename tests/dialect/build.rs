//! Makes the bindings that the tests use.

fn main() -> Result<(), tp_codegen::builder::BuildError> {
    tp_codegen::Builder::new("dialect.xml").generate()
}
