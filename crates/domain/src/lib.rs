//! The words every service shares: typed ids, units and money, API keys, modes, the clock. Knows no HTTP, no table, no service.

mod api_key;
pub mod charging;
mod clock;
mod email;
mod id;
mod mode;
mod money;
mod phone;
mod role;
mod scope;
mod secret;
mod signature_request_id;
mod slug;
mod tenant_changed;
mod units;
mod verdict;

pub use api_key::{ApiKey, ApiKeyHash, InvalidApiKey, Pepper, PublicKeyId};
pub use charging::Operation;
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use email::{Email, InvalidEmail};
pub use id::{
    ApiKeyId, ChargeId, DocumentId, EntryId, EventId, InvalidId, LotId, MemberId, MessageId,
    PostingId, PurchaseId, RefundId, SessionId, TenantId,
};
pub use mode::{Mode, UnknownMode};
pub use money::{Currency, Money, UnknownCurrency};
pub use phone::{InvalidPhone, Phone};
pub use role::{Role, UnknownRole};
pub use scope::{Scope, UnknownScope};
pub use secret::{MasterSecret, WeakMasterSecret};
pub use signature_request_id::{InvalidSignatureRequestId, SignatureRequestId};
pub use slug::{InvalidSlug, TenantSlug};
pub use tenant_changed::{
    ApiState, DEFAULT_KEEP_SIGNED_DAYS, DEFAULT_KEEP_UNSIGNED_DAYS, DEFAULT_MAX_FILE_BYTES,
    LANGUAGES, TenantChanged, TenantSettings,
};
pub use units::{UnitOverflow, Units};
pub use verdict::{UnknownVerdict, Verdict};
