mod deviations;
mod in_turn;
mod measures;
mod reference;
mod replies;
