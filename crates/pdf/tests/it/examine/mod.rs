//! Examinations: what is said of honest files and of those that somebody tampered with.

mod honest;
mod made;
mod manipulated;
mod prepared;
mod restructured;
mod surgery;

use pdf::{Examination, Examiner};
use pki::reading::Anchors;

use crate::world::World;

/// With the world's root trusted, and more of them.
pub(crate) fn examine(world: &World, bytes: &[u8], more: &[Vec<u8>]) -> Examination {
    let own = world.authority.certificate_der().to_vec();
    let roots: Vec<Vec<u8>> = std::iter::once(own).chain(more.iter().cloned()).collect();
    let examiner = Examiner {
        anchors: Anchors::from_der(roots.iter().map(Vec::as_slice)),
        now: world.now,
    };
    pdf::examine(bytes, &examiner).unwrap()
}
