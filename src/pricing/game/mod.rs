//! One-shot games that platforms repeat: payoffs of every joint action.

mod normal_form;
mod normal_form_error;

pub use normal_form::NormalFormGame;
pub use normal_form_error::NormalFormError;
