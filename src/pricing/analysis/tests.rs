mod deviations;
mod measures;
mod reference;
mod replies;
