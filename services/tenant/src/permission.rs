//! Who may do what at `tenant`: unit types that handlers name in their signatures.

use domain::Role::{Admin, Billing, Developer, Owner, Viewer};
use http_kit::caller::{Denied, Peer, Person, anybody, peer, person};
use http_kit::permission;
use internal_auth::{Caller, Claims, ServiceName};

permission!(
    /// Sign up, confirm an address, sign in, refresh, sign out: for people who are not signed in yet.
    UseDoors: () = anybody
);
permission!(
    /// See oneself and one's tenant.
    ReadOwnTenant: Person = |claims| person(claims, &[Owner, Admin, Developer, Billing, Viewer])
);
permission!(
    /// Accept the terms and open the API.
    ActivateApi: Person = |claims| person(claims, &[Owner, Admin])
);
permission!(
    /// List API keys.
    ReadApiKeys: Person = |claims| person(claims, &[Owner, Admin, Developer, Viewer])
);
permission!(
    /// Create, rotate and revoke API keys.
    ManageApiKeys: Person = |claims| person(claims, &[Owner, Admin, Developer])
);
permission!(
    /// Read the audit log.
    ReadAuditLog: Person = |claims| person(claims, &[Owner, Admin, Developer, Viewer])
);
permission!(
    /// Look up keys that were presented, and follow their changes.
    CheckApiKeys: Peer = |claims| peer(claims, &[ServiceName::Gateway, ServiceName::Billing])
);
permission!(
    /// Note when and where keys were used.
    RecordKeyUses: Peer = |claims| peer(claims, &[ServiceName::Gateway])
);
permission!(
    /// The operator's own acts and views, by the operator or by the gateway that has asked for the password.
    Operate: () = operator_or_gateway
);

fn operator_or_gateway(claims: &Claims) -> Result<(), Denied> {
    match claims.caller {
        Caller::Operator
        | Caller::Service {
            name: ServiceName::Gateway,
        } => Ok(()),
        _ => Err(Denied::Forbidden),
    }
}
