//! Billing's contract names every operation and who may call it.

#[test]
fn every_operation_is_named_tagged_and_says_who_may() {
    let document = serde_json::to_value(billing::openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(operation["tags"][0].is_string(), "{at} has no tag");
            assert!(
                operation["x-okd-permission"].is_string(),
                "{at} has no permission"
            );
            operations.push(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    operations.sort();
    assert_eq!(
        operations,
        [
            "billing_health",
            "buy_bundle",
            "doubt_charge",
            "find_charge",
            "list_bundles",
            "list_purchases",
            "list_reconciliations",
            "list_refunds",
            "order_refund",
            "read_balance",
            "read_charge",
            "read_exactness",
            "read_ledger",
            "read_purchase",
            "read_standing",
            "read_usage",
            "reconcile_day",
            "renew_lease",
            "reserve_unit",
            "settle_charge",
            "take_event",
            "take_stripe_event"
        ]
    );
}
