use internal_auth::{Caller, ServiceName};
use reqwest::Method;
use serde_json::Value;

use crate::world::{On, World};

/// For people who are not signed in yet, and for probes.
const OPEN: [&str; 2] = ["UseDoors", "public"];

fn operations() -> Vec<(String, Method, String)> {
    let document: Value = serde_json::to_value(tenant::openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let permission = operation["x-okd-permission"].as_str();
            let named = permission.unwrap_or_else(|| panic!("{method} {path} names none"));
            assert!(operation["operationId"].is_string(), "{method} {path}");
            assert_eq!(
                operation["tags"].as_array().unwrap().len(),
                1,
                "{method} {path}"
            );
            let method = method.to_uppercase().parse().unwrap();
            operations.push((path.clone(), method, named.to_owned()));
        }
    }
    operations
}

#[tokio::test]
async fn every_route_names_its_permission_and_refuses_those_without() {
    let world = World::start(On::Sqlite).await;
    let operations = operations();
    assert_eq!(operations.len(), 24);
    let id = domain::ApiKeyId::generate().to_string();
    for (path, method, permission) in operations {
        if OPEN.contains(&permission.as_str()) {
            continue;
        }
        let path = path
            .replace("{id}", &id)
            .replace("{slug}", "tatra")
            .replace("{publicId}", "0123456789abcdef");
        let signing = Caller::Service {
            name: ServiceName::Signing,
        };
        for caller in [Caller::Nobody, signing] {
            let answer = world.call(&caller, method.clone(), &path, None).await;
            assert!(
                [401, 403].contains(&answer.status),
                "{method} {path}: {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_probe_needs_no_token() {
    let world = World::start(On::Sqlite).await;
    let answer = world.get(&Caller::Nobody, "/internal/health").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["service"], "tenant");
}
