//! Something breaks in the middle of a seal: nothing wrong is given out, and nobody's document is lost.

use fail::FailScenario;
use signing::{BroughtSeals, Level, SealConfig};
use test_kit::Authorities;

use crate::levels::{archived, download, failed_job, signed, try_again};
use crate::server::{Integrator, Server};

#[tokio::test]
async fn what_a_fault_spoilt_after_signing_is_not_given_out_and_made_again() {
    let authorities = Authorities::start().await;
    for level in [Level::BT, Level::BLt, Level::BLta] {
        let mut levels = archived(&authorities.time_stamp_url(), Some(&authorities));
        levels.level = level;
        let server = Server::with_seals(SealConfig {
            brought: BroughtSeals::default(),
            levels,
        })
        .await;
        let scenario = FailScenario::setup();
        fail::cfg("signing::raised", "return").unwrap();
        let tenant = Integrator::new();
        let signer = signed(&server, &tenant).await;
        let job = failed_job(&server).await;
        assert_eq!(job["reason"], "check", "{level}: {job}");
        let before = download(&server, &tenant, &signer).await;
        assert!(pdf::verify(&before).unwrap().is_empty(), "{level}");
        fail::remove("signing::raised");
        try_again(&server, &job).await;
        assert_eq!(signer.settled().await["state"], "signed", "{level}");
        let after = download(&server, &tenant, &signer).await;
        let whole = |report: &pdf::SignatureReport| report.signed_by.is_ok();
        assert!(pdf::verify(&after).unwrap().iter().all(whole), "{level}");
        scenario.teardown();
    }
}
