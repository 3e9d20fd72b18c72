/// How a training shows its epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EpochDisplay {
    /// One line of text per epoch.
    #[default]
    Lines,
    /// Burn's dashboard (feature `tui`, on a terminal).
    Dashboard,
    /// No output.
    Hidden,
}
