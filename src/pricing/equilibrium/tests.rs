mod errors;
mod golden;
mod limits;
mod properties;
mod strong;
mod trigger;
