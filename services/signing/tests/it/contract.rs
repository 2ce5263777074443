//! Signing's contract names every operation and who may call it.

use std::collections::BTreeSet;

#[test]
fn every_operation_is_named_tagged_and_says_who_may() {
    let document = serde_json::to_value(signing::openapi()).unwrap();
    let mut names = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(operation["tags"][0].is_string(), "{at} has no tag");
            assert!(
                operation["x-okd-permission"].is_string(),
                "{at} has no permission"
            );
            assert!(!path.contains(':'), "{at} shows a pattern");
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} stands twice");
        }
    }
    assert_eq!(names.len(), 65);
}
