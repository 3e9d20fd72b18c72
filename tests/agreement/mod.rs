//! Checks that devices compute the same: the tests of `tests/backends.rs`, and the subcommand
//! `agree` of the example `device_check`.

pub(crate) mod graphs;
pub(crate) mod losses;
pub(crate) mod networks;
