//! A signer who begins at a desktop and goes on at a phone: what the desktop is told.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::codes::Browser;
use crate::server::{Answer, Integrator, Server, on_both_stores, read};
use crate::signer::{Signer, created, in_field, submission};

const PHONE: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/131.0.0.0 Mobile Safari/537.36";

/// What the waiting desktop is told.
async fn followed(desktop: &Signer<'_>) -> Answer {
    let path = "phone?locale=en-GB";
    desktop.call(Method::GET, path, &Value::Null).await
}

async fn opened_on_a_phone(signer: &Signer<'_>) -> Value {
    let token = signer.server.token(internal_auth::Caller::Nobody, None);
    let path = format!("/page/documents/{}/openings", signer.document);
    let request = signer.server.request(Method::POST, &path, &token);
    let request = request
        .bearer_auth(&signer.token)
        .header("user-agent", PHONE);
    let answer = read(request.send().await.unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.json()
}

on_both_stores! {
    async fn a_desktop_follows_the_phone_to_the_same_end(server: Server) {
        let tenant = Integrator::new();
        // An id that can be guessed: its link needs the key, on the phone too.
        let more = json!({"signatureRequestId": "lease-7", "resulturl": "https://shop.sk/done?order=1"});
        let answer = created(&server, &tenant, &more).await;
        let desktop = Signer::follow(&server, &answer.text("url")).await;
        let opening = desktop.open().await;
        assert_eq!(opening["rules"]["guiRemoteQRCodeEnabled"], true);
        let waiting = followed(&desktop).await;
        assert_eq!(waiting.header("cache-control"), "no-store");
        let waiting = waiting.json();
        assert_eq!((&waiting["state"], &waiting["opened"]), (&json!("tosign"), &json!(false)));
        assert_eq!(waiting["link"], answer.text("url"));

        let phone = Signer::follow(&server, waiting["link"].as_str().unwrap()).await;
        let opening = opened_on_a_phone(&phone).await;
        assert_eq!(followed(&desktop).await.json()["opened"], true);
        let submitted = phone.submit(&submission(&opening, &json!([in_field("S1")]))).await;
        assert!(submitted.text("resultUrl").contains("&lang=sk-SK&result=success&ts="), "{submitted:?}");
        let own = phone.settled().await;
        assert_eq!(own["state"], "signed");
        let end = followed(&desktop).await.json();
        assert_eq!((&end["state"], end.get("link")), (&json!("signed"), None));
        let told = |standing: &Value| standing["resultUrl"].as_str().unwrap().to_owned();
        assert!(told(&end).starts_with("https://shop.sk/done?order=1&name="), "{end}");
        // Each browser is sent on with its own language, to the same moment.
        assert_eq!(
            told(&own).replace("&lang=sk-SK&result=success&", "&lang=en-GB&result=mobile&"),
            told(&end)
        );
    }

    async fn a_cancel_on_the_phone_ends_the_desktop_too(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({})).await;
        let desktop = Signer::follow(&server, &answer.text("url")).await;
        desktop.open().await;
        let phone = Signer::follow(&server, &answer.text("url")).await;
        let body = json!({"reason": "Later.", "locale": "sk-SK"});
        let canceled = phone.call(Method::POST, "cancellation", &body).await;
        assert_eq!(canceled.status, StatusCode::OK, "{canceled:?}");
        let end = followed(&desktop).await.json();
        assert_eq!((&end["state"], end.get("link")), (&json!("canceled"), None));
        assert!(end["resultUrl"].as_str().unwrap().contains("&lang=en-GB&result=close&ts="), "{end}");
    }

    async fn where_the_rule_says_so_no_phone_is_offered(server: Server) {
        let tenant = Integrator::new();
        let rules = json!({"rules": {"guiRemoteQRCodeEnabled": false}});
        let answer = created(&server, &tenant, &rules).await;
        let signer = Signer::follow(&server, &answer.text("url")).await;
        assert_eq!(signer.open().await["rules"]["guiRemoteQRCodeEnabled"], false);
        let refused = followed(&signer).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::NOT_FOUND, "err.not.found"));
    }

    async fn a_link_that_ended_leads_to_no_phone(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({})).await;
        let signer = Signer::follow(&server, &answer.text("url")).await;
        server.clock.advance(std::time::Duration::from_hours(25));
        let ended = followed(&signer).await;
        assert_eq!((ended.status, ended.code().as_str()), (StatusCode::GONE, "err.link.ended"));
    }

    async fn the_phone_proves_the_code_for_itself_and_the_desktop_stays_open(server: Server) {
        let tenant = Integrator::new();
        let rules = json!({"rules": {"openOtpCode": "Tatra 4711"}});
        let answer = created(&server, &tenant, &rules).await;
        let mut desktop = Browser::at(&server, &answer).await;
        assert_eq!(desktop.call(Method::GET, "phone", &Value::Null).await.code(), "err.code.required");
        desktop.open("Tatra 4711").await;
        let mut phone = Browser::at(&server, &answer).await;
        let refused = phone.call(Method::POST, "openings", &json!({})).await;
        assert_eq!(refused.code(), "err.code.required", "{refused:?}");
        phone.open("Tatra 4711").await;
        let followed = desktop.call(Method::GET, "phone", &Value::Null).await;
        assert_eq!((followed.status, followed.text("state").as_str()), (StatusCode::OK, "tosign"));
    }
}
