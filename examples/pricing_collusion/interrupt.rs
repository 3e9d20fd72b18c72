use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::cli::INTERRUPTED;

/// Whether Ctrl-C was pressed. The second press ends the program immediately.
#[derive(Clone)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    pub(crate) fn on_ctrl_c() -> Result<Self, ctrlc::Error> {
        let flag = Self(Arc::new(AtomicBool::new(false)));
        let handle = flag.clone();
        ctrlc::set_handler(move || {
            if handle.0.swap(true, Ordering::SeqCst) {
                std::process::exit(INTERRUPTED.into());
            }
            eprintln!("stopping; press Ctrl-C again to quit immediately");
        })?;
        Ok(flag)
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
