//! Makes the bindings that the tests use.

use tp_codegen::Builder;
use tp_codegen::builder::BuildError;

fn main() -> Result<(), BuildError> {
    Builder::new("dialect.xml").generate()?;
    for (module, schema) in [
        ("tp03", "../../protocol3.xml"),
        ("tp04", "../../protocol.xml"),
        ("admin", "../../admin.xml"),
    ] {
        Builder::new(schema).module_name(module).generate()?;
    }
    Ok(())
}
