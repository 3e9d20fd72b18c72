/// Sees every period of a session while it is played, and changes nothing.
///
/// `()` sees nothing, and costs nothing.
pub trait Watch {
    /// A period was played with this joint action.
    fn played(&mut self, joint: usize);
}

impl Watch for () {
    #[inline(always)]
    fn played(&mut self, _: usize) {}
}
