//! `tp decode`, run on captures made here: what it prints, counts and exits with.

mod capture;
mod failures;
mod json;
mod padding;
mod parameters;
mod program;
mod text;
