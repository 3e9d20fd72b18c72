/// An observer that is called in every period of a session, without an effect on it.
///
/// The implementation for `()` does nothing, at no cost.
pub trait Watch {
    /// Called after a period with its joint action.
    fn played(&mut self, joint: usize);
}

impl Watch for () {
    #[inline(always)]
    fn played(&mut self, _: usize) {}
}
