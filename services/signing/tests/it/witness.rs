//! The witness: exactly one verdict stands on a charge, whoever comes first.

use domain::ChargeId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Answer, Integrator, Server, contract, held, on_both_stores, with};

async fn tombstone(server: &Server, tenant: &Integrator, charge: ChargeId) -> Answer {
    let of = json!({"tenant": tenant.tenant, "mode": tenant.mode});
    server
        .peer(
            Method::POST,
            &format!("/internal/charges/{charge}/tombstone"),
            &of,
        )
        .await
}

on_both_stores! {
    async fn a_create_that_finds_its_charge_tombstoned_registers_nothing(server: Server) {
        let tenant = Integrator::new();
        let charge = ChargeId::generate();
        assert_eq!(
            tombstone(&server, &tenant, charge).await.json()["verdict"],
            "tombstoned"
        );
        let body = with(contract(), &json!({"signatureRequestId": "order-1"}));
        let answer = tenant
            .create_with(&server, held(charge), Some("key"), &body)
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (503, "err.unavailable")
        );
        assert_eq!(answer.header("x-okd-verdict"), "tombstoned");
        assert_eq!(
            tenant.get(&server, "/JSON/list/flat").await.json(),
            json!([])
        );
        // The same key and id succeed under a new charge.
        let again = tenant
            .create_with(&server, held(ChargeId::generate()), Some("key"), &body)
            .await;
        assert_eq!(again.status, StatusCode::OK);
        assert!(again.headers.get("idempotent-replayed").is_none());
    }

    async fn a_tombstone_that_comes_too_late_hears_the_answer_that_was_given(server: Server) {
        let tenant = Integrator::new();
        for key in [Some("key"), None] {
            let charge = ChargeId::generate();
            let answer = tenant
                .create_with(&server, held(charge), key, &contract())
                .await;
            let record = tombstone(&server, &tenant, charge).await.json();
            assert_eq!(record["verdict"], "registered");
            assert_eq!(record["answer"]["status"], 200);
            assert_eq!(
                record["answer"]["body"].as_str().unwrap().as_bytes(),
                answer.bytes
            );
            assert_eq!(record["signatureRequestId"], answer.json()["result"]);
            assert_eq!(record["documentId"], answer.json()["documentId"]);
            assert_eq!(record["url"], answer.json()["url"]);
        }
    }

    async fn tombstones_that_race_with_creates_agree_on_one_verdict(server: Server) {
        let tenant = Integrator::new();
        for _ in 0..10 {
            let charge = ChargeId::generate();
            let body = contract();
            let (created, record) = tokio::join!(
                tenant.create_with(&server, held(charge), None, &body),
                tombstone(&server, &tenant, charge),
            );
            let verdict = record.text("verdict");
            assert_eq!(created.header("x-okd-verdict"), verdict);
            assert_eq!(created.status == StatusCode::OK, verdict == "registered");
        }
    }

    async fn charges_are_found_by_id_by_request_and_in_order(server: Server) {
        let tenant = Integrator::new();
        let mut charges: Vec<ChargeId> = (0..3).map(|_| ChargeId::generate()).collect();
        charges.sort_unstable();
        for (at, charge) in charges.iter().enumerate() {
            let body = with(
                contract(),
                &json!({"signatureRequestId": format!("order-{at}")}),
            );
            tenant
                .create_with(&server, held(*charge), None, &body)
                .await;
        }
        let path = format!(
            "/internal/charges?tenant={}&mode=live&signatureRequestId=order-1",
            tenant.tenant
        );
        let found = server.peer(Method::GET, &path, &Value::Null).await;
        assert_eq!(found.json()["charge"], json!(charges[1]));
        let path = format!("/internal/charges/registered?limit=1&after={}", charges[0]);
        let page = server.peer(Method::GET, &path, &Value::Null).await.json();
        assert_eq!(page["verdicts"].as_array().unwrap().len(), 1);
        assert_eq!(page["verdicts"][0]["charge"], json!(charges[1]));
        let asked = json!({"charges": [charges[2], ChargeId::generate()]});
        let told = server
            .peer(Method::POST, "/internal/charges/verdicts", &asked)
            .await
            .json();
        assert_eq!(told["verdicts"].as_array().unwrap().len(), 1);
        let unknown = format!("/internal/charges/{}", ChargeId::generate());
        assert_eq!(
            server
                .peer(Method::GET, &unknown, &Value::Null)
                .await
                .status,
            StatusCode::NOT_FOUND
        );
    }

    async fn counters_tell_what_was_done_and_a_drain_counts_once(server: Server) {
        let tenant = Integrator::new();
        let created = tenant.create(&server, &contract()).await;
        tenant.create(&server, &contract()).await;
        let path = format!("/JSON/document/{}", created.text("documentId"));
        assert_eq!(
            tenant
                .call(&server, Method::DELETE, &path, &Value::Null)
                .await
                .code(),
            "msg.deleted"
        );
        let drain = json!({
            "drain": domain::EventId::generate(),
            "downloads": [{"tenant": tenant.tenant, "mode": "live", "month": "2026.5", "count": 7}],
        });
        for _ in 0..2 {
            let taken = server
                .peer(Method::POST, "/internal/usage-drains", &drain)
                .await;
            assert_eq!(taken.status, StatusCode::OK);
        }
        let path = format!("/internal/counters/{}/live", tenant.tenant);
        let counters = server.peer(Method::GET, &path, &Value::Null).await.json();
        assert_eq!(counters["usedSignatureRequests"], 2);
        assert_eq!(counters["storedFiles"], 1);
        assert_eq!(counters["deletedFiles"], 1);
        assert_eq!(counters["downloaded"], 7);
        assert_eq!(counters["downloadedByMonth"]["2026.5"], 7);
    }

    async fn a_body_that_breaks_off_decides_nothing(server: Server) {
        let (tenant, charge) = (Integrator::new(), ChargeId::generate());
        let token = server.token(tenant.caller(), Some(held(charge)));
        let host = server.base.trim_start_matches("http://").to_owned();
        let head = format!(
            "POST /JSON/signatureRequest HTTP/1.1\r\nhost: {host}\r\n{}: {token}\r\nidempotency-key: k\r\ncontent-length: 9000\r\n\r\n{{",
            internal_auth::HEADER,
        );
        let mut line = std::net::TcpStream::connect(&host).unwrap();
        std::io::Write::write_all(&mut line, head.as_bytes()).unwrap();
        drop(line);
        let sound = tenant.create_with(&server, held(ChargeId::generate()), Some("k"), &contract()).await;
        assert_eq!(sound.status, StatusCode::OK);
        assert!(sound.headers.get("idempotent-replayed").is_none());
        let path = format!("/internal/charges/{charge}");
        assert_eq!(server.peer(Method::GET, &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
    }
}
