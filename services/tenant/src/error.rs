//! How the failures of use cases are told over HTTP. The one place where they meet a status.

use http_kit::{Problem, kind};
use store_kit::StoreError;

use crate::api_keys::{ApiKeyError, MAX_OVERLAP};
use crate::demo::DemoError;
use crate::public_key::InvalidPublicKey;
use crate::sessions::{RefreshError, SignInError};
use crate::settings::{SettingsError, WrongSetting};
use crate::sign_ups::{ConfirmationError, SignUpError};
use crate::tenants::{ActivationError, SuspensionError, TERMS_VERSION};

/// Reads that can fail in no other way.
pub(crate) fn unavailable(cause: StoreError) -> Problem {
    Problem::because(&kind::UNAVAILABLE, cause)
}

impl From<SignUpError> for Problem {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::WeakPassword(why) => {
                Self::new(&kind::WEAK_PASSWORD).detail(why.to_string())
            }
            SignUpError::Hashing(_) => Self::because(&kind::INTERNAL, error),
            SignUpError::Store(_) => Self::because(&kind::UNAVAILABLE, error),
        }
    }
}

impl From<ConfirmationError> for Problem {
    fn from(error: ConfirmationError) -> Self {
        let invalid = Self::new(&kind::CONFIRMATION_INVALID);
        match error {
            ConfirmationError::Invalid => {
                invalid.detail("Open the link exactly as it stands in the newest mail.")
            }
            ConfirmationError::Expired => {
                invalid.detail("The link is older than a day: sign up again for a new one.")
            }
            ConfirmationError::AddressTaken => {
                invalid.detail("The address has an account already: sign in.")
            }
            ConfirmationError::WrongPassword => Self::new(&kind::SIGN_IN_FAILED).detail(
                "Give the password of the sign-up. Not you who signed up? Leave this page and sign up yourself.",
            ),
            ConfirmationError::Hashing(_) => Self::because(&kind::INTERNAL, error),
            ConfirmationError::Store(_) => Self::because(&kind::UNAVAILABLE, error),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Failed => {
                Self::new(&kind::SIGN_IN_FAILED).detail("Check the address and the password.")
            }
            SignInError::NotConfirmed => Self::new(&kind::EMAIL_NOT_CONFIRMED)
                .detail("Open the link in the mail we sent, or sign up again to get a new one."),
            SignInError::Locked { seconds } => Self::new(&kind::RATE_LIMITED)
                .detail(format!(
                    "Too many failed sign-ins with this address: try again in {seconds} seconds."
                ))
                .value(seconds)
                .retry_after(seconds),
            SignInError::Hashing(_) | SignInError::Signing(_) => {
                Self::because(&kind::INTERNAL, error)
            }
            SignInError::Store(_) => Self::because(&kind::UNAVAILABLE, error),
        }
    }
}

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Ended => Self::new(&kind::SESSION_ENDED).detail("Sign in again."),
            RefreshError::Signing(_) => Self::because(&kind::INTERNAL, error),
            RefreshError::Store(_) => Self::because(&kind::UNAVAILABLE, error),
        }
    }
}

impl From<InvalidPublicKey> for Problem {
    fn from(error: InvalidPublicKey) -> Self {
        Self::new(&kind::INVALID_PUBLIC_KEY).detail(error.to_string())
    }
}

impl From<ActivationError> for Problem {
    fn from(error: ActivationError) -> Self {
        match error {
            ActivationError::OldTerms => Self::new(&kind::INVALID_FIELD)
                .value(TERMS_VERSION)
                .detail(format!("Accept the terms of version {TERMS_VERSION}.")),
            ActivationError::AlreadyActive => Self::new(&kind::ALREADY_ACTIVE)
                .detail("The API was activated with another key or choice; nothing was changed."),
            ActivationError::Suspended => Self::new(&kind::API_NOT_ACTIVE)
                .detail("The operator suspended this tenant's API: ask them to resume it."),
            ActivationError::NoSuchTenant => Self::new(&kind::NOT_FOUND),
            ActivationError::Store(_) => Self::because(&kind::UNAVAILABLE, error),
        }
    }
}

impl From<SuspensionError> for Problem {
    fn from(error: SuspensionError) -> Self {
        match error {
            SuspensionError::NoSuchTenant => Self::new(&kind::NOT_FOUND),
            SuspensionError::NotActive => {
                Self::new(&kind::API_NOT_ACTIVE).detail("This tenant's API was never activated.")
            }
            SuspensionError::Store(_) => Self::because(&kind::UNAVAILABLE, error),
        }
    }
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::NoSuchTenant | SettingsError::NoSuchKey => Self::new(&kind::NOT_FOUND),
            SettingsError::Wrong(wrong) => {
                let told: Vec<_> = wrong.iter().map(ToString::to_string).collect();
                Self::new(&kind::INVALID_FIELD)
                    .detail(format!("Nothing was set. {}.", told.join("; ")))
                    .value(wrong.iter().map(WrongSetting::name).collect::<Vec<_>>())
            }
            SettingsError::Store(_) => Self::because(&kind::UNAVAILABLE, error),
        }
    }
}

impl From<ApiKeyError> for Problem {
    fn from(error: ApiKeyError) -> Self {
        let field = |detail: &str| Self::new(&kind::INVALID_FIELD).detail(detail);
        match error {
            ApiKeyError::NotFound => Self::new(&kind::NOT_FOUND),
            ApiKeyError::NotActive => Self::new(&kind::KEY_NOT_ACTIVE)
                .detail("Create a new key: this one is revoked, expired or rotated already."),
            ApiKeyError::ApiNotActive => Self::new(&kind::API_NOT_ACTIVE)
                .detail("Activate the API first; test keys work without."),
            ApiKeyError::NoScope => field("Give the key at least one scope."),
            ApiKeyError::ExpiryInThePast => field("Let the key expire in the future, or never."),
            ApiKeyError::OverlapTooLong => {
                field("Choose an overlap of at most 30 days.").value(MAX_OVERLAP.as_secs())
            }
            ApiKeyError::TooMany => Self::new(&kind::FORBIDDEN)
                .detail("Revoke a key first: a tenant has at most 100 usable ones of a mode."),
            ApiKeyError::Store(_) => Self::because(&kind::UNAVAILABLE, error),
        }
    }
}

impl From<DemoError> for Problem {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Email(_)
            | DemoError::Key(_)
            | DemoError::LiveKey
            | DemoError::KeyTaken
            | DemoError::PublicKey(_) => {
                Self::new(&kind::INVALID_FIELD).detail(format!("Mend the demo: {error}."))
            }
            DemoError::Hashing(_) => Self::because(&kind::INTERNAL, error),
            DemoError::Store(_) => Self::because(&kind::UNAVAILABLE, error),
        }
    }
}
