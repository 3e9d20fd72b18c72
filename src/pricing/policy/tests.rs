mod rules;
mod trials;
