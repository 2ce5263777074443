//! The check of what raised a seal to its level: a fault in any later step is found before the file is given out.

use domain::{Clock as _, SystemClock};
use pdf::{Appended, Checked, Expected, Flaw, SealInput, SignFailed, check_sealed};
use pki::ValidationData;
use test_kit::{Authorities, Credential};

use crate::levels::Sealer;
use crate::self_check::letter;
use crate::world::{extended, form, in_field, ingested, input};

/// A file after each step, with what the steps were to do.
struct Steps<'a> {
    sealer: &'a Sealer<'a>,
    data: ValidationData,
    authority: Vec<u8>,
}

impl<'a> Steps<'a> {
    async fn of(sealer: &'a Sealer<'a>) -> Self {
        Self {
            sealer,
            data: sealer.data().await,
            authority: sealer.token([7; 32]).await.authority_der().unwrap(),
        }
    }

    fn signed(&self, before: &[u8], act: &SealInput) -> (Vec<u8>, Expected) {
        let sealed = pdf::seal(before, act, self.sealer, SystemClock.now()).unwrap();
        let certificate = self.sealer.seal.certificate_der();
        let mut expected = Expected::of(act, &sealed, certificate);
        expected.raised.is_timed = true;
        (sealed.bytes, expected)
    }

    fn proved(&self, signed: &[u8], expected: &mut Expected) -> Vec<u8> {
        expected.raised.proof = Some(Appended {
            at: signed.len(),
            what: self.data.clone(),
        });
        pdf::add_validation_data(signed, &self.data).unwrap()
    }

    fn stamped(&self, proved: &[u8], expected: &mut Expected) -> Vec<u8> {
        expected.raised.stamp = Some(Appended {
            at: proved.len(),
            what: self.authority.clone(),
        });
        self.sealer.stamped(proved)
    }

    /// The letter, signed: every fault below comes after that.
    fn letter(&self) -> (Vec<u8>, Expected) {
        self.signed(&letter(), &input(vec![in_field("S1")]))
    }

    /// The validation data added by an engine that also does what `objects` say.
    fn proved_with(&self, objects: &[(usize, &str)]) -> Result<Checked, Flaw> {
        let (signed, mut expected) = self.letter();
        self.proved(&signed, &mut expected);
        let meddled = extended(&signed, objects);
        let proved = pdf::add_validation_data(&meddled, &self.data).unwrap();
        check_sealed(&letter(), &proved, &expected)
    }

    /// The document time stamp added by such an engine.
    fn stamped_with(&self, objects: &[(usize, &str)]) -> Result<Checked, Flaw> {
        let (signed, mut expected) = self.letter();
        let proved = self.proved(&signed, &mut expected);
        self.stamped(&proved, &mut expected);
        let stamped = self.sealer.stamped(&extended(&proved, objects));
        check_sealed(&letter(), &stamped, &expected)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn honest_seals_of_every_level_pass_in_every_round() {
    let authorities = Authorities::start().await;
    let sealer = Sealer::brought(&authorities, Credential::P256);
    let steps = Steps::of(&sealer).await;
    let served = ingested(&form());
    let acts = [input(vec![in_field("S1")]), input(vec![in_field("SO1")])];
    let mut before = served;
    for (round, act) in acts.iter().enumerate() {
        let earlier = round * 2;
        let (signed, mut expected) = steps.signed(&before, act);
        let checked = check_sealed(&before, &signed, &expected).unwrap();
        assert_eq!(checked.signatures, earlier + 1);
        let proved = steps.proved(&signed, &mut expected);
        // In the second round all proof is there already.
        assert_eq!(proved.len() == signed.len(), round == 1);
        let checked = check_sealed(&before, &proved, &expected).unwrap();
        assert_eq!(checked.signatures, earlier + 1);
        let stamped = steps.stamped(&proved, &mut expected);
        let checked = check_sealed(&before, &stamped, &expected).unwrap();
        assert_eq!(checked.signatures, earlier + 2);
        assert_eq!(checked.pages, [1]);
        before = stamped;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_while_proof_is_added_is_found() {
    let authorities = Authorities::start().await;
    let sealer = Sealer::brought(&authorities, Credential::P256);
    let steps = Steps::of(&sealer).await;
    let courier = "<</Type/Font/Subtype/Type1/BaseFont/Courier>>";
    assert_eq!(steps.proved_with(&[(5, courier)]), Err(Flaw::Replaced(5)));
    // Signing may change the page's annotations; adding proof may not.
    let page = "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[]>>";
    assert_eq!(steps.proved_with(&[(3, page)]), Err(Flaw::Replaced(3)));

    let (signed, mut expected) = steps.letter();
    let proved = steps.proved(&signed, &mut expected);
    let mut part = steps.data.clone();
    part.revocation_lists.clear();
    let lacking = pdf::add_validation_data(&signed, &part).unwrap();
    let wrong = |key: &str| Err(Flaw::Proof(key.to_owned()));
    assert_eq!(check_sealed(&letter(), &lacking, &expected), wrong("CRLs"));
    assert_eq!(check_sealed(&letter(), &signed, &expected), wrong("Certs"));
    expected.raised.proof.as_mut().unwrap().what = part;
    assert_eq!(check_sealed(&letter(), &proved, &expected), wrong("CRLs"));
    // Without the order to add anything, the signature has to cover all.
    expected.raised.proof = None;
    assert_eq!(
        check_sealed(&letter(), &proved, &expected),
        Err(Flaw::Altered {
            object: 1,
            key: "DSS".to_owned()
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_while_the_document_is_time_stamped_is_found() {
    let authorities = Authorities::start().await;
    let sealer = Sealer::brought(&authorities, Credential::P256);
    let steps = Steps::of(&sealer).await;
    let courier = "<</Type/Font/Subtype/Type1/BaseFont/Courier>>";
    assert_eq!(steps.stamped_with(&[(5, courier)]), Err(Flaw::Replaced(5)));
    let (signed, mut expected) = steps.letter();
    let proved = steps.proved(&signed, &mut expected);
    let stamped = steps.stamped(&proved, &mut expected);
    check_sealed(&letter(), &stamped, &expected).unwrap();
    let checked = |after: &[u8], expected: &Expected| check_sealed(&letter(), after, expected);

    let elsewhere =
        pdf::add_document_time_stamp(&proved, 8 * 1024, |_| Ok(sealer.blocking([9; 32]).der));
    let unsound = checked(&elsewhere.unwrap(), &expected);
    assert!(matches!(unsound, Err(Flaw::Unsound { .. })), "{unsound:?}");
    let rubbish = pdf::add_document_time_stamp(&proved, 8 * 1024, |_| {
        Ok::<_, SignFailed>(vec![0x30, 3, 2, 1, 0])
    });
    let unsound = checked(&rubbish.unwrap(), &expected);
    assert!(matches!(unsound, Err(Flaw::Unsound { .. })), "{unsound:?}");

    let longer = extended(&stamped, &[(90, "(something)")]);
    let uncovered = checked(&longer, &expected);
    assert!(matches!(uncovered, Err(Flaw::Coverage(_))), "{uncovered:?}");
    assert_eq!(checked(&proved, &expected), Err(Flaw::BytesChanged));
    let mut others = expected.clone();
    others.raised.stamp.as_mut().unwrap().what = expected.certificate.clone();
    assert!(matches!(
        checked(&stamped, &others),
        Err(Flaw::OtherSeal(_))
    ));
    let mut unordered = expected.clone();
    unordered.raised.stamp = None;
    assert!(checked(&stamped, &unordered).is_err());
    // A signature is no time stamp of the document, whoever made it.
    let second = steps.signed(&proved, &input(Vec::new())).0;
    let signature = checked(&second, &expected);
    assert!(
        matches!(signature, Err(Flaw::OtherSeal(_))),
        "{signature:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_drawn_while_the_document_is_time_stamped_is_seen_in_the_pixels() {
    let authorities = Authorities::start().await;
    let sealer = Sealer::brought(&authorities, Credential::P256);
    let steps = Steps::of(&sealer).await;
    let page = "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R 70 0 R]>>";
    let cover = "<</Type/Annot/Subtype/Square/F 4/Rect[30 280 200 330]/AP<</N 71 0 R>>>>";
    let white = "<</Type/XObject/Subtype/Form/BBox[0 0 170 50]/Length 21>>\nstream\n1 g 0 0 170 50 re f  \nendstream";
    let found = steps.stamped_with(&[(3, page), (70, cover), (71, white)]);
    assert!(
        matches!(found, Err(Flaw::Pixels { page: 1, pixels }) if 200 < pixels),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_without_the_time_stamp_that_was_ordered_is_found() {
    let authorities = Authorities::start().await;
    let sealer = Sealer::brought(&authorities, Credential::P256);
    let act = input(vec![in_field("S1")]);
    let bare = pdf::seal(&letter(), &act, &sealer.seal, SystemClock.now()).unwrap();
    let mut expected = Expected::of(&act, &bare, sealer.seal.certificate_der());
    check_sealed(&letter(), &bare.bytes, &expected).unwrap();
    expected.raised.is_timed = true;
    assert_eq!(
        check_sealed(&letter(), &bare.bytes, &expected),
        Err(Flaw::Unstamped("S1".to_owned()))
    );
}
