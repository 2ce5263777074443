//! Any bytes as a page full of tags: fonts, encodings, operators.
#![no_main]

use fuzz::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz::begin(Kind::Pdf), |bytes: &[u8]| {
    fuzz::watched(bytes, |_world| {
        if let Ok(tagged) = pdf::place_tags(bytes) {
            let told = pdf::inspect(&tagged.bytes).expect("a tagged file is readable");
            for name in &tagged.fields {
                assert!(told.fields.iter().any(|field| field.name == *name), "{name}");
            }
        }
    });
});
