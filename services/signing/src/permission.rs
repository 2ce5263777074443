//! Who may call what. Each handler names one of these in its signature.

use domain::{Role, Scope};
use http_kit::caller::{Integrator, Peer, Person, anybody, integrator, operator, peer, person};
use http_kit::permission;
use internal_auth::ServiceName;

const EVERY_ROLE: [Role; 5] = [
    Role::Owner,
    Role::Admin,
    Role::Developer,
    Role::Billing,
    Role::Viewer,
];

permission!(
    /// Create, update and delete signature requests.
    WriteRequests: Integrator = |claims| integrator(claims, Scope::RequestsWrite)
);
permission!(
    /// Download, list and look up documents.
    ReadDocuments: Integrator = |claims| integrator(claims, Scope::DocumentsRead)
);
permission!(
    /// Have the signatures of any PDF verified.
    VerifyFiles: Integrator = |claims| integrator(claims, Scope::DocumentsRead)
);
permission!(
    /// Upload and delete documents.
    WriteDocuments: Integrator = |claims| integrator(claims, Scope::DocumentsWrite)
);
permission!(
    /// See the tenant's signature requests and documents in the portal.
    SeeRequests: Person = |claims| person(claims, &EVERY_ROLE)
);
permission!(
    /// See what callbacks are signed with, and send them again, in the portal: the work of whoever runs the receiver.
    TendCallbacks: Person = |claims| person(claims, &[Role::Owner, Role::Admin, Role::Developer])
);
permission!(
    /// A signer with a link, or anybody who reads what is public. The page's token is checked by the use case.
    OpenLinks: () = anybody
);
permission!(
    /// Ask for and settle verdicts on charges.
    WitnessCharges: Peer = |claims| peer(claims, &[ServiceName::Gateway, ServiceName::Billing])
);
permission!(
    /// Count usage and read the counters.
    CountUsage: Peer = |claims| peer(claims, &[ServiceName::Gateway])
);
permission!(
    /// Tell what changed of a tenant.
    TellEvents: Peer = |claims| peer(claims, &[ServiceName::Tenant])
);
permission!(
    /// The operator's own views and acts.
    Operate: () = operator
);
