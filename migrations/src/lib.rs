//! The tables of every service, one folder per owner. A migration is written against the database, never against an entity:
//! it must not change when the entity does. Old code still runs while a new migration is applied: expand first, contract later.

pub mod billing;
pub mod signing;
pub mod tenant;
