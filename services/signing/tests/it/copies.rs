//! The signer's own copy, on the page that signed.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::codes::{count, facts};
use crate::mail::messages;
use crate::server::{Answer, Integrator, Server, on_both_stores};
use crate::signer::{Signer, created, in_field, submission};

async fn signed<'a>(server: &'a Server, tenant: &Integrator, more: &Value) -> Signer<'a> {
    let answer = created(server, tenant, more).await;
    let signer = Signer::follow(server, &answer.text("url")).await;
    let opening = signer.open().await;
    signer
        .submit(&submission(&opening, &json!([in_field("S1")])))
        .await;
    assert_eq!(signer.settled().await["state"], "signed");
    signer
}

async fn mailed(signer: &Signer<'_>, to: &str) -> Answer {
    let body = json!({"emailTo": to});
    signer.call(Method::POST, "copies", &body).await
}

async fn copy(signer: &Signer<'_>) -> Answer {
    signer.call(Method::GET, "copy", &Value::Null).await
}

fn told(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

on_both_stores! {
    async fn the_signer_downloads_what_was_signed(server: Server) {
        let tenant = Integrator::new();
        let signer = signed(&server, &tenant, &json!({})).await;
        let file = copy(&signer).await;
        assert_eq!(file.status, StatusCode::OK, "{file:?}");
        assert_eq!(file.header("content-disposition"), "attachment; filename*=UTF-8''Zmluva%20%C4%8D.%201.pdf");
        let theirs = tenant.get(&server, &format!("/JSON/document/{}", signer.document)).await;
        assert_eq!(file.bytes, theirs.bytes);
    }

    async fn the_signer_has_it_mailed_and_the_record_says_to_whom(server: Server) {
        let tenant = Integrator::new();
        let rules = json!({"rules": {"lang": "en", "nameFrom": "Jozef Novák"}});
        let signer = signed(&server, &tenant, &rules).await;
        let answer = mailed(&signer, " jana@example.sk ").await;
        assert_eq!((answer.status, answer.bytes.len()), (StatusCode::ACCEPTED, 0));
        let [letter] = &messages(&server).await[..] else { panic!("one letter") };
        assert_eq!((&letter["to"], &letter["kind"]), (&json!("jana@example.sk"), &json!("copy for the signer")));
        assert_eq!(letter["subject"], "Signed: Zmluva č. 1.pdf");
        let text = letter["text"].as_str().unwrap();
        assert!(text.contains("The document is attached") && text.contains("If it was not you"), "{text}");
        assert!(!text.contains("/openDocument/"), "{text}");
        let record = facts(&server, &tenant, &signer.document).await;
        let asked = json!({"act": "copyRequested", "to": "jana@example.sk"});
        assert!(record.contains(&asked), "{record:?}");
        let kept = json!({"act": "messageKept", "channel": "email", "kind": "signerCopy", "to": "jana@example.sk"});
        assert!(record.contains(&kept), "{record:?}");
    }

    async fn before_the_seal_and_after_a_cancel_there_is_no_copy(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({})).await;
        let signer = Signer::follow(&server, &answer.text("url")).await;
        signer.open().await;
        let early = (409, "err.document.state".to_owned());
        assert_eq!(told(&copy(&signer).await), early);
        assert_eq!(told(&mailed(&signer, "jana@example.sk").await), early);
        signer.call(Method::POST, "cancellation", &json!({})).await;
        let ended = (410, "err.link.ended".to_owned());
        assert_eq!(told(&copy(&signer).await), ended);
        assert_eq!(told(&mailed(&signer, "jana@example.sk").await), ended);
        assert!(messages(&server).await.is_empty());
    }

    async fn an_hour_after_the_seal_the_link_gives_no_copy(server: Server) {
        let tenant = Integrator::new();
        let signer = signed(&server, &tenant, &json!({})).await;
        server.clock.advance(Duration::from_mins(59));
        assert_eq!(copy(&signer).await.status, StatusCode::OK);
        server.clock.advance(Duration::from_mins(2));
        let ended = (410, "err.link.ended".to_owned());
        assert_eq!(told(&copy(&signer).await), ended);
        assert_eq!(told(&mailed(&signer, "jana@example.sk").await), ended);
        assert!(messages(&server).await.is_empty());
    }

    async fn a_copy_goes_to_one_address_and_only_so_often(server: Server) {
        let tenant = Integrator::new();
        let signer = signed(&server, &tenant, &json!({})).await;
        for bad in ["", "jana", "jana@example.sk;jozef@firma.sk", "jana@example.sk\r\nBcc: x@y.sk"] {
            let answer = mailed(&signer, bad).await;
            assert_eq!(told(&answer), (400, "err.invalid.field".to_owned()), "{bad}");
            assert!(answer.text("value").starts_with("/emailTo"), "{answer:?}");
        }
        for _ in 0..3 {
            assert_eq!(mailed(&signer, "jana@example.sk").await.status, StatusCode::ACCEPTED);
        }
        let refused = mailed(&signer, "jozef@firma.sk").await;
        assert_eq!(told(&refused), (429, "err.rate.limited".to_owned()));
        assert!((1..=3_600).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
        assert_eq!(messages(&server).await.len(), 3);
        let record = facts(&server, &tenant, &signer.document).await;
        assert_eq!(count(&record, "copyRequested"), 3);
    }

    async fn a_copy_of_a_deleted_document_is_gone(server: Server) {
        let tenant = Integrator::new();
        let signer = signed(&server, &tenant, &json!({})).await;
        let path = format!("/JSON/document/{}", signer.document);
        tenant.call(&server, Method::DELETE, &path, &Value::Null).await;
        let gone = copy(&signer).await;
        assert_eq!((told(&gone), &gone.json()["value"]), ((410, "err.link.ended".to_owned()), &json!("deleted")));
    }
}
