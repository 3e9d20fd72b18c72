//! Skeletal formulas as SVG.

mod atom_label;
mod bond_lines;
mod grid;

pub use grid::grid;
