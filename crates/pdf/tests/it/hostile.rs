//! Files that mean harm, or were merely hurt on their way.

use pdf::{Rect, Watermark, ingest, inspect, sample};
use proptest::prelude::*;

use crate::world::{World, at_place, fixture, form, input, minimal};

/// Whatever happens to the bytes, the answer is a refusal or a file that can be sealed, and what seals it holds.
fn survives(world: &World, bytes: &[u8]) {
    let _refused_or_told = inspect(bytes);
    if let Ok(taken) = ingest(bytes, Watermark::Test) {
        let shown = taken.inspected.pages.first().unwrap().crop_box;
        let place = Rect::new(shown.x, shown.y, shown.width, shown.height);
        let act = input(vec![at_place(1, place)]);
        let Ok(sealed) = pdf::seal(&taken.bytes, &act, &world.seal, world.now) else {
            return;
        };
        let reports = pdf::verify(&sealed.bytes).unwrap();
        let ours = reports.iter().find(|report| report.covers_file).unwrap();
        assert_eq!(ours.field, sealed.fields[0]);
        assert_eq!(
            ours.signed_by.as_ref().unwrap(),
            world.seal.certificate_der()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_are_refused_or_mended(
        which in 0..4_usize,
        hurts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let world = World::new();
        let mut bytes = match which {
            0 => form(),
            1 => minimal("/Rotate 90"),
            2 => fixture("signed-by-somebody-else.pdf"),
            _ => sample::contract("Service agreement"),
        };
        for (at, byte) in hurts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        survives(&world, &bytes);
    }
}

#[test]
fn deep_nesting_is_refused_not_followed() {
    let world = World::new();
    for deep in [
        "[".repeat(200_000),
        "<</A".repeat(100_000),
        "(".repeat(300_000),
    ] {
        let file = minimal("").strip_suffix(b"%%EOF\n").unwrap().to_vec();
        let text = String::from_utf8_lossy(&file).into_owned();
        let file = text.replace("/Parent 2 0 R", &format!("/Parent 2 0 R/X {deep}"));
        survives(&world, file.as_bytes());
    }
}
