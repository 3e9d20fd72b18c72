//! How good generated graphs are, beside the data.
