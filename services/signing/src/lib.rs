//! The signing service: documents, signature requests, the signer's page, seals and callbacks. It is also the witness of
//! every charge: only what it registered was sold.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod answer;
mod audit;
mod blob;
mod callback;
mod charge;
mod codes;
mod confidential;
mod conversion;
mod copies;
mod date;
mod desk;
mod document;
mod engine;
mod erasure;
mod error;
mod failpoint;
mod form;
mod idempotency;
mod intake;
mod link;
mod mail;
mod notices;
mod opening;
mod order;
mod original;
mod overview;
mod permission;
mod phone;
mod picture;
mod plain_page;
mod register;
mod report;
mod retention;
mod round;
mod routes;
mod rules;
mod sealing;
mod self_test;
mod sending;
mod service;
mod signature_request;
mod signer;
mod store;
mod strays;
mod submission;
mod tenant;
mod upload;
mod usage;
mod verification;

pub use intake::SignedUploads;
pub use sealing::{
    BroughtSeals, Level, LevelConfig, LevelConfigError, SealConfig, SealFileError, SealFiles,
    SealTold, TimeStampConfig, TimeStampConfigError, revoke_seals,
};
pub use self_test::SelfTestFailed;
pub use service::{Config, Service, StartError, UnsentTexts, check, openapi};
