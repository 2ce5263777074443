//! Handwriting drawn as vectors.

use pdf::ink::{Pointer, Sample, Stroke};
use pdf::{Ink, Mark, Rect, Target, VisibleSignature, sample};

use crate::oracle;
use crate::world::{World, autograph, ingested, input};

fn signature(ink: Ink, rect: Rect) -> VisibleSignature {
    VisibleSignature {
        target: Target::Place { page: 1, rect },
        mark: Mark::Ink(ink),
        caption: None,
        evidence: None,
    }
}

#[test]
fn every_pointer_leaves_a_line() {
    let world = World::new();
    let served = ingested(&sample::contract_without_fields("Ink"));
    let mut act = input(Vec::new());
    for (row, pointer) in [Pointer::Mouse, Pointer::Touch, Pointer::Pen]
        .into_iter()
        .enumerate()
    {
        let y = 150.0 + 180.0 * f32::from(u8::try_from(row).unwrap());
        act.signatures.push(signature(
            autograph(pointer),
            Rect::new(60.0, y, 400.0, 160.0),
        ));
    }
    let sealed = world.sealed(&served, &act);
    world.keep("ink", &sealed);
    oracle::all_are_content(&world, &sealed, 3);
    assert!(
        sealed.len() - served.len() < 180_000,
        "{}",
        sealed.len() - served.len()
    );
}

#[test]
fn odd_samples_do_no_harm() {
    let world = World::new();
    let served = ingested(&sample::contract_without_fields("Ink"));
    let at = |x: f32, y: f32, at_ms: f32| Sample {
        x,
        y,
        at_ms,
        pressure: 0.5,
        tilt_x: 0.0,
        tilt_y: 0.0,
    };
    let odd = Ink {
        strokes: vec![
            Stroke {
                samples: vec![at(10.0, 10.0, 0.0)],
                pointer: Pointer::Touch,
            },
            Stroke {
                samples: Vec::new(),
                pointer: Pointer::Mouse,
            },
            Stroke {
                samples: vec![
                    at(f32::NAN, 5.0, 0.0),
                    at(20.0, 20.0, 5.0),
                    at(20.0, 20.0, 5.0),
                    at(90.0, 20.0, 4.0),
                    at(20.0, 20.0, f32::INFINITY),
                    Sample {
                        pressure: f32::NAN,
                        tilt_x: f32::NAN,
                        ..at(60.0, 60.0, 9.0)
                    },
                ],
                pointer: Pointer::Pen,
            },
        ],
        pad_width: 0.0,
        pad_height: 0.0,
    };
    let sealed = world.sealed(
        &served,
        &input(vec![signature(odd, Rect::new(60.0, 150.0, 150.0, 50.0))]),
    );
    let text = String::from_utf8_lossy(&sealed).into_owned();
    assert!(!text.contains("NaN") && !text.contains("inf "));
    oracle::all_are_content(&world, &sealed, 1);
}
