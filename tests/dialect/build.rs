//! Makes the bindings that the tests use.

use tp_codegen::Builder;
use tp_codegen::builder::BuildError;

fn main() -> Result<(), BuildError> {
    Builder::new("dialect.xml").serde("serde").generate()?;
    Builder::family([
        "versions/tp03.xml",
        "versions/tp04.xml",
        "versions/tp05.xml",
    ])
    .module_name("versions")
    .serde("serde")
    .generate()?;
    let game = ["../../protocol3.xml", "../../protocol.xml"];
    Builder::family(game).module_name("game").generate()?;
    Builder::new("../../admin.xml").generate()
}
