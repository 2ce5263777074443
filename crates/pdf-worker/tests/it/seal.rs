//! The key is with the parent: the worker asks, and what comes back is only ever appended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::{Clock as _, SystemClock};
use pdf::{
    Expected, FieldTreatment, Flaw, Mark, Rect, SealError, SealInput, SignFailed, Target,
    VisibleSignature,
};
use pdf_worker::jobs::SealOrder;
use pki::{CertificateAuthority, SealIdentity};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::workers;

fn seal() -> SealIdentity {
    let mut rng = StdRng::seed_from_u64(7);
    let now = SystemClock.now();
    let authority = CertificateAuthority::create("OKdokument tests", now, &mut rng).unwrap();
    let order = pki::SealOrder {
        tenant_name: "Seal, s.r.o.",
        slug: "seal",
        links: None,
    };
    authority.issue_seal(&order, now, &mut rng).unwrap()
}

fn typed(y: f32) -> VisibleSignature {
    VisibleSignature {
        target: Target::Place {
            page: 1,
            rect: Rect::new(60.0, y, 160.0, 50.0),
        },
        mark: Mark::Typed("Anna Nováková".to_owned()),
        caption: None,
        evidence: None,
    }
}

fn order(seal: &SealIdentity, signatures: Vec<VisibleSignature>) -> SealOrder {
    SealOrder {
        input: SealInput {
            signer_name: "Anna Nováková".to_owned(),
            reason: None,
            signatures,
            values: Vec::new(),
            round_fields: Vec::new(),
            treatment: FieldTreatment::Keep,
            evidence: None,
        },
        room: seal.signature_room(),
        at: SystemClock.now(),
    }
}

#[tokio::test]
async fn each_signature_is_asked_of_the_parent_and_holds() {
    let (workers, seal) = (workers().await, seal());
    let document = pdf::ingest(&pdf::sample::contract("Asked"), pdf::Watermark::None).unwrap();
    let asked = AtomicUsize::new(0);
    let signatures = vec![typed(60.0), typed(130.0)];
    let sealed = workers
        .seal(
            document.bytes.clone().into(),
            order(&seal, signatures),
            |digest| {
                asked.fetch_add(1, Ordering::Relaxed);
                let signed = pki::signature_over(&digest, &seal).map_err(SignFailed::from);
                async move {
                    // As a time-stamp authority would.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    signed
                }
            },
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert!(sealed.bytes.starts_with(&document.bytes));
    let reports = pdf::verify(&sealed.bytes).unwrap();
    assert_eq!(reports.len(), 2);
    for report in reports {
        assert_eq!(report.signed_by.unwrap(), seal.certificate_der());
    }
}

#[tokio::test]
async fn why_there_is_no_signature_and_what_is_wrong_come_back_typed() {
    let (workers, seal) = (workers().await, seal());
    let document = pdf::ingest(&pdf::sample::contract("No"), pdf::Watermark::None).unwrap();
    let refused = workers
        .seal(
            document.bytes.clone().into(),
            order(&seal, vec![typed(60.0)]),
            |_| async { Err(SignFailed("the authority does not answer".to_owned())) },
        )
        .await
        .unwrap();
    assert!(matches!(
        refused,
        Err(SealError::Sign(SignFailed(why))) if why == "the authority does not answer"
    ));
    let mut nowhere = typed(60.0);
    nowhere.target = Target::Field("no such field".to_owned());
    let unknown = workers
        .seal(
            document.bytes.into(),
            order(&seal, vec![nowhere]),
            |_| async { Err(SignFailed("never asked".to_owned())) },
        )
        .await
        .unwrap();
    assert!(matches!(unknown, Err(SealError::NoSuchField(_))));
}

#[tokio::test]
async fn a_worker_checks_what_was_sealed_and_finds_what_is_wrong() {
    let (workers, seal) = (workers().await, seal());
    let document = pdf::ingest(&pdf::sample::contract("Checked"), pdf::Watermark::None).unwrap();
    let order = order(&seal, vec![typed(60.0)]);
    let sealed = pdf::seal(&document.bytes, &order.input, &seal, order.at).unwrap();
    let mut expected = Expected::of(&order.input, &sealed, seal.certificate_der());
    let checked = workers
        .check_sealed(
            &document.bytes,
            sealed.bytes.clone().into(),
            expected.clone(),
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!((checked.signatures, checked.pages), (1, vec![1]));
    expected.signed = vec!["Signature2".to_owned()];
    let flawed = workers
        .check_sealed(&document.bytes, sealed.bytes.into(), expected)
        .await
        .unwrap();
    assert_eq!(flawed, Err(Flaw::Missing("Signature2".to_owned())));
}
