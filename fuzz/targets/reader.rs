//! Any bytes as an upload: inspected, judged, taken in. No panic comes out, no hang, no growth.
#![no_main]

use fuzz::Kind;
use libfuzzer_sys::fuzz_target;
use pdf::Watermark;

fuzz_target!(init: fuzz::begin(Kind::Pdf), |bytes: &[u8]| {
    fuzz::watched(bytes, |world| {
        let _told = pdf::inspect(bytes);
        let _judged = pdf::verify(bytes);
        let _examined = pdf::examine(bytes, &world.examiner);
        let _evidences = pdf::evidences(bytes);
        if let Ok(taken) = pdf::ingest(bytes, Watermark::Test) {
            // What was taken in is read again without a complaint, with the same things in it.
            let again = pdf::inspect(&taken.bytes).expect("an ingested file is readable");
            assert_eq!(again, taken.inspected);
        }
    });
});
