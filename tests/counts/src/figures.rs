//! Figures, and what was recorded of them.
