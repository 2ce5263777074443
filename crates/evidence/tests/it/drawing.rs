//! Pictures are well formed, whole, and hold nothing but what was recorded.

use evidence::{Evidence, draw};

use crate::sample;

#[test]
fn every_sample_is_in_the_table_and_every_step_in_the_picture() {
    let evidence = sample::evidence();
    let table = draw::table(&evidence).unwrap();
    assert_eq!(table.lines().count(), 1 + 120);
    assert!(table.starts_with("stroke,pointer,sample,x_px"));
    assert!(table.contains("\r\n2,pen,1,20,"));
    let picture = draw::picture(&evidence).unwrap();
    // Each stroke of 60 samples has 59 steps; one way in the air lies between the two.
    assert_eq!(picture.matches("class=\"s\"").count(), 2 * 59);
    assert_eq!(picture.matches("class=\"u\"").count(), 1);
    assert!(picture.contains("Pressure over time") && picture.contains("Speed over time"));
    assert!(picture.contains("Ľubomíra &lt;Šťastná&gt; &amp; syn"));
    let replay = draw::replay(&evidence).unwrap();
    assert_eq!(replay.matches("<animate ").count(), 2);
    assert!(
        replay.contains("begin=\"660ms\""),
        "the second stroke starts in its own time"
    );
}

#[test]
fn where_no_ink_was_kept_there_is_nothing_to_draw() {
    let evidence = Evidence {
        ink: None,
        ..sample::evidence()
    };
    assert!(draw::picture(&evidence).is_none());
    assert!(draw::replay(&evidence).is_none());
    assert!(draw::table(&evidence).is_none());
}
