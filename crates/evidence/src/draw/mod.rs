//! Pictures for an expert.
