//! Skeletal formulas as SVG.

mod area;
mod atom_label;
mod bond_lines;
mod grid;
mod scale;

pub use grid::grid;
