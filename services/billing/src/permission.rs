//! Who may call what; named in the handlers' signatures and in the contract.

use domain::{Role, Scope};
use http_kit::caller::{Integrator, Peer, Person, integrator, operator, peer, person};
use http_kit::permission;
use internal_auth::ServiceName;

const EVERY_ROLE: &[Role] = &[
    Role::Owner,
    Role::Admin,
    Role::Developer,
    Role::Billing,
    Role::Viewer,
];
const BUYERS: &[Role] = &[Role::Owner, Role::Admin, Role::Billing];

permission!(
    /// Reserve, settle, doubt and keep charges, and read what they left.
    MeterCharges: Peer = |claims| peer(claims, &[ServiceName::Gateway])
);
permission!(
    /// Tell billing what became of a tenant.
    TellTenants: Peer = |claims| peer(claims, &[ServiceName::Tenant])
);
permission!(
    /// See whether the books are exact, over all tenants.
    InspectBooks: () = |claims| {
        operator(claims).or_else(|_| peer(claims, &[ServiceName::Gateway]).map(|_| ()))
    }
);
permission!(
    /// Look up one's own charges.
    ReadCharges: Integrator = |claims| integrator(claims, Scope::UsageRead)
);
permission!(
    /// See balance, usage, ledger, bundles and purchases.
    ReadBilling: Person = |claims| person(claims, EVERY_ROLE)
);
permission!(
    /// Buy bundles.
    BuyBundles: Person = |claims| person(claims, BUYERS)
);
permission!(
    /// The operator's own views and acts.
    Operate: () = operator
);
