mod measures;
mod replies;
