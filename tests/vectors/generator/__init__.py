"""An encoder and decoder of its own for the golden vectors; see ../README.md."""
