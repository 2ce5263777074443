//! Seals on files of every kind, and what breaks them.

use signing::pdf::{Rect, sample};

use crate::oracle;
use crate::world::{World, at_place, in_field, ingested, input};

#[test]
fn two_rounds_leave_two_whole_and_trusted_signatures() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    oracle::qpdf_is_content(&world, &served);
    let first = world.sealed(&served, &input(vec![in_field("S1")]));
    assert!(first.starts_with(&served));
    let second = world.sealed(&first, &input(vec![in_field("SO1")]));
    assert!(second.starts_with(&first));
    std::fs::write("/tmp/two.pdf", &second).unwrap();
    oracle::all_are_content(&world, &second, 2);
}

#[test]
fn several_signatures_of_one_act_are_all_whole() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let act = input(vec![
        in_field("S1"),
        at_place(1, Rect::new(330.0, 260.0, 180.0, 60.0)),
        at_place(1, Rect::new(80.0, 260.0, 90.0, 40.0)),
    ]);
    let sealed = world.sealed(&served, &act);
    std::fs::write("/tmp/three.pdf", &sealed).unwrap();
    oracle::all_are_content(&world, &sealed, 3);
}
