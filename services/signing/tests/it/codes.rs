//! Verification codes: what they keep closed, how often they may be guessed, how they reach the signer.

use std::time::Duration;

use domain::TenantSettings;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Answer, Integrator, Server, StoreKind, on_both_stores, read, with};
use crate::signer::{Signer, created, in_field, submission};

const NOWHERE: &str = "none";

/// A signer's browser that may have proven the code to open.
pub(crate) struct Browser<'a> {
    pub(crate) signer: Signer<'a>,
    pass: String,
}

impl<'a> Browser<'a> {
    pub(crate) async fn at(server: &'a Server, answer: &Answer) -> Self {
        Self {
            signer: Signer::follow(server, &answer.text("url")).await,
            pass: NOWHERE.to_owned(),
        }
    }

    pub(crate) async fn call(&self, method: Method, act: &str, body: &Value) -> Answer {
        self.call_at(&self.signer.server.base, method, act, body)
            .await
    }

    /// At one of several instances.
    async fn call_at(&self, base: &str, method: Method, act: &str, body: &Value) -> Answer {
        let server = self.signer.server;
        let url = format!("{base}/page/documents/{}/{act}", self.signer.document);
        let token = server.token(internal_auth::Caller::Nobody, None);
        let mut request = server.http.request(method, url);
        request = request
            .header(internal_auth::HEADER, token)
            .bearer_auth(&self.signer.token)
            .header("code-pass", &self.pass);
        if !body.is_null() {
            request = request.json(body);
        }
        read(request.send().await.unwrap()).await
    }

    async fn status(&self, step: &str) -> Value {
        let answer = self
            .call(Method::GET, &format!("codes/{step}"), &Value::Null)
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn send(&self, step: &str) -> Answer {
        self.call(Method::POST, &format!("codes/{step}/sends"), &json!({}))
            .await
    }

    async fn check(&self, step: &str, body: &Value) -> Answer {
        self.call(Method::POST, &format!("codes/{step}/checks"), body)
            .await
    }

    pub(crate) async fn open(&mut self, code: &str) -> Value {
        let answer = self.check("open", &json!({"code": code})).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        self.pass = answer.text("pass");
        let opening = self.call(Method::POST, "openings", &json!({})).await;
        assert_eq!(opening.status, StatusCode::OK, "{opening:?}");
        opening.json()
    }
}

/// What was written to people, newest first.
async fn messages(server: &Server) -> Vec<Value> {
    let told = server
        .operator(Method::GET, "/internal/operator/messages")
        .await;
    assert_eq!(told.status, StatusCode::OK, "{told:?}");
    told.json()["items"].as_array().unwrap().clone()
}

/// The code of the newest message.
async fn newest_code(server: &Server) -> String {
    let newest = messages(server).await.remove(0);
    let text = newest["text"].as_str().unwrap().to_owned();
    let mut words = text.split(|c: char| !c.is_ascii_digit());
    words
        .find(|word| word.len() == 6)
        .unwrap_or_else(|| panic!("{text}"))
        .to_owned()
}

/// A code that is not this one.
fn wrong(code: &str) -> &'static str {
    if code == "111111" { "222222" } else { "111111" }
}

pub(crate) async fn facts(server: &Server, tenant: &Integrator, document: &str) -> Vec<Value> {
    let token = server.token(tenant.caller(), None);
    let path = format!("/v1/documents/{document}/audit");
    let request = server
        .request(Method::GET, &path, &token)
        .header("accept", "application/json");
    let record = read(request.send().await.unwrap()).await.json();
    let events = record["events"].as_array().unwrap();
    events.iter().map(|event| event["fact"].clone()).collect()
}

pub(crate) fn count(facts: &[Value], act: &str) -> usize {
    facts.iter().filter(|fact| fact["act"] == act).count()
}

async fn told(server: &Server, browser: &Browser<'_>, method: &str, act: &str) -> (u16, String) {
    let body = if method == "post" {
        json!({})
    } else {
        Value::Null
    };
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
    let answer = browser.call_at(&server.base, method, act, &body).await;
    (answer.status.as_u16(), answer.code())
}

on_both_stores! {
    async fn before_the_code_every_route_of_the_page_is_closed(server: Server) {
        let tenant = Integrator::new();
        let rules = json!({"rules": {"openOtpCode": "Tatra 4711", "signOtpCode": "9999"}});
        let mut browser = Browser::at(&server, &created(&server, &tenant, &rules).await).await;
        let document = serde_json::to_value(signing::openapi()).unwrap();
        let mut walked = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            let Some(act) = path.strip_prefix("/page/documents/{id}/") else {
                continue;
            };
            // Of the code to open itself the signer must be able to learn.
            let act = act.replace("{page}", "1").replace("{step}", "sign");
            for method in ["get", "post", "put", "patch", "delete"] {
                if item.get(method).is_some() {
                    walked += 1;
                    let refused = (403, "err.code.required".to_owned());
                    assert_eq!(told(&server, &browser, method, &act).await, refused, "{method} {act}");
                }
            }
        }
        assert!(8 <= walked, "{walked}");
        let status = browser.status("open").await;
        assert_eq!((&status["channel"], &status["to"]), (&json!("fixed"), &Value::Null));
        assert!(status.get("filename").is_none());
        browser.open(" Tatra 4711 ").await;
        for act in ["file", "pages/1", "submission", "codes/sign"] {
            assert_eq!(told(&server, &browser, "get", act).await.0, 200, "{act}");
        }
        // What was proven in one browser opens nothing in another, and no request of the same tenant.
        let other = created(&server, &tenant, &rules).await;
        let mut other = Browser::at(&server, &other).await;
        other.pass = browser.pass.clone();
        assert_eq!(told(&server, &other, "get", "file").await.1, "err.code.required");
        NOWHERE.clone_into(&mut browser.pass);
        assert_eq!(told(&server, &browser, "get", "file").await.1, "err.code.required");
    }

    async fn five_guesses_are_judged_however_many_come_at_once_at_two_instances(server: Server) {
        let tenant = Integrator::new();
        let rules = json!({"rules": {"openOtpCode": "4711"}});
        let browser = Browser::at(&server, &created(&server, &tenant, &rules).await).await;
        let bases = [server.base.clone(), server.second_instance().await];
        let guesses = (0..24).map(|at| {
            let (browser, base) = (&browser, &bases[at % 2]);
            async move {
                let guess = json!({"code": format!("{at:04}")});
                browser.call_at(base, Method::POST, "codes/open/checks", &guess).await.code()
            }
        });
        let codes = join_all(guesses).await;
        let told = |code: &str| codes.iter().filter(|told| *told == code).count();
        assert_eq!((told("err.code.wrong"), told("err.code.locked")), (4, 20), "{codes:?}");
        let right = browser.check("open", &json!({"code": "4711"})).await;
        assert_eq!((right.status.as_u16(), right.code().as_str()), (429, "err.code.locked"));
        assert_eq!(right.header("retry-after"), "900");
        assert_eq!(browser.status("open").await["lockedSeconds"], 900);
        let facts = facts(&server, &tenant, &browser.signer.document).await;
        assert_eq!((count(&facts, "codeWrong"), count(&facts, "codeLocked")), (5, 1));
        server.clock.advance(Duration::from_mins(15));
        assert_eq!(browser.status("open").await["attemptsLeft"], 5);
        let right = browser.check("open", &json!({"code": "4711"})).await;
        assert_eq!(right.status, StatusCode::OK, "{right:?}");
    }

    async fn a_code_goes_out_on_the_button_only_and_is_good_once_for_ten_minutes(server: Server) {
        let tenant = Integrator::new();
        server.know(&tenant, 10_000_000).await;
        let rules = json!({"rules": {"openOtpEmail": "jana.novakova@example.com"}});
        let mut browser = Browser::at(&server, &created(&server, &tenant, &rules).await).await;
        let status = browser.status("open").await;
        assert_eq!(status["to"], "j***@e***.com");
        assert_eq!((&status["digits"], &status["tenantName"]), (&json!(6), &json!("Tatra Legal")));
        assert_eq!(browser.check("open", &json!({"code": "000000"})).await.code(), "err.code.expired");
        assert!(messages(&server).await.is_empty());

        let sent = browser.send("open").await;
        assert_eq!(sent.status, StatusCode::ACCEPTED, "{sent:?}");
        assert_eq!((&sent.json()["validSeconds"], &sent.json()["resendSeconds"]), (&json!(600), &json!(30)));
        let first = newest_code(&server).await;
        let soon = browser.send("open").await;
        assert_eq!((soon.code().as_str(), soon.header("retry-after")), ("err.rate.limited", "30"));
        server.clock.advance(Duration::from_secs(30));
        browser.send("open").await;
        let code = newest_code(&server).await;
        if first != code {
            assert_eq!(browser.check("open", &json!({"code": first})).await.code(), "err.code.wrong");
        }
        server.clock.advance(Duration::from_mins(10));
        assert_eq!(browser.check("open", &json!({"code": code})).await.code(), "err.code.expired");
        browser.send("open").await;
        let code = newest_code(&server).await;
        let mistaken = browser.check("open", &json!({"code": wrong(&code)})).await;
        assert_eq!(mistaken.code(), "err.code.wrong");
        assert!(mistaken.json()["value"].as_u64().unwrap() <= 4);
        browser.open(&code).await;
        assert_eq!(browser.check("open", &json!({"code": code})).await.code(), "err.code.expired");
        assert!(!String::from_utf8_lossy(&server.store_bytes()).contains(&format!("\"{code}\"")));
        let facts = facts(&server, &tenant, &browser.signer.document).await;
        assert_eq!((count(&facts, "codeSent"), count(&facts, "codeVerified")), (3, 1));
        assert!(!json!(facts).to_string().contains(&code));
        let sent = facts.iter().find(|fact| fact["act"] == "codeSent").unwrap();
        assert_eq!((&sent["to"], &sent["step"]), (&json!("jana.novakova@example.com"), &json!("open")));
        server.clock.advance(Duration::from_hours(12));
        assert_eq!(told(&server, &browser, "get", "file").await.1, "err.code.required");
    }

    async fn no_more_than_five_codes_an_hour_are_sent_for_a_request(server: Server) {
        let tenant = Integrator::new();
        let rules = json!({"rules": "openOtpEmail-a@example.com_signOtpEmail-b@example.com"});
        let mut browser = Browser::at(&server, &created(&server, &tenant, &rules).await).await;
        for _ in 0..3 {
            assert_eq!(browser.send("open").await.status, StatusCode::ACCEPTED);
            server.clock.advance(Duration::from_mins(1));
        }
        browser.open(&newest_code(&server).await).await;
        for _ in 0..2 {
            assert_eq!(browser.send("sign").await.status, StatusCode::ACCEPTED);
            server.clock.advance(Duration::from_mins(1));
        }
        let sixth = browser.send("sign").await;
        assert_eq!(sixth.code(), "err.rate.limited");
        // The first of the five leaves the hour in 55 minutes.
        assert_eq!(sixth.header("retry-after"), "3300");
        assert_eq!(messages(&server).await.len(), 5);
        server.clock.advance(Duration::from_mins(55));
        assert_eq!(browser.send("sign").await.status, StatusCode::ACCEPTED);
    }

    async fn a_submission_needs_the_code_that_was_checked_for_its_own_opening(server: Server) {
        let tenant = Integrator::new();
        let rules = json!({"rules": {"signOtpCode": "4711"}});
        let browser = Browser::at(&server, &created(&server, &tenant, &rules).await).await;
        let opened = browser.signer.open().await;
        assert_eq!(opened["signCode"], true);
        let again = browser.signer.open().await;
        let body = submission(&opened, &json!([in_field("S1")]));
        let refused = browser.signer.submit(&body).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "err.code.required"));
        assert_eq!(refused.json()["value"], "sign");
        let unknown = browser.check("sign", &json!({"code": "4711", "opening": "made.up"})).await;
        assert_eq!(unknown.code(), "err.document.state");
        let of_other = json!({"code": "4711", "opening": again["opening"]});
        let pass = browser.check("sign", &of_other).await.text("pass");
        let mixed = with(body.clone(), &json!({"opening": opened["opening"], "codePass": pass}));
        assert_eq!(browser.signer.submit(&mixed).await.code(), "err.code.required");
        let own = json!({"code": "4711", "opening": opened["opening"]});
        let pass = browser.check("sign", &own).await.text("pass");
        let proven = with(body, &json!({"opening": opened["opening"], "codePass": pass}));
        let later = Duration::from_mins(10);
        server.clock.advance(later);
        assert_eq!(browser.signer.submit(&proven).await.code(), "err.code.required");
        let pass = browser.check("sign", &own).await.text("pass");
        let proven = with(proven, &json!({"codePass": pass}));
        assert_eq!(browser.signer.submit(&proven).await.status, StatusCode::ACCEPTED);
        assert_eq!(browser.signer.settled().await["state"], "signed");
    }

    async fn a_changed_rule_voids_what_the_earlier_one_gave_and_the_same_rule_keeps_it(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({"rules": {"openOtpCode": "4711"}})).await;
        let mut browser = Browser::at(&server, &answer).await;
        browser.open("4711").await;
        let update = async |rules: Value| {
            let token = server.token(tenant.caller(), None);
            let body = json!({"signatureRequestId": answer.text("result"), "rules": rules});
            let request = server.request(Method::PATCH, "/JSON/signatureRequest", &token);
            read(request.json(&body).send().await.unwrap()).await
        };
        assert_eq!(update(json!({"openOtpCode": "4711", "lang": "en"})).await.status, StatusCode::OK);
        assert_eq!(told(&server, &browser, "get", "file").await.0, 200);
        assert_eq!(update(json!({"openOtpCode": "4712"})).await.status, StatusCode::OK);
        assert_eq!(told(&server, &browser, "get", "file").await.1, "err.code.required");
        let by_phone = update(json!({"openOtpPhone": "+421905123456"})).await;
        assert_eq!((by_phone.status.as_u16(), by_phone.code().as_str()), (403, "err.forbidden"));
        assert_eq!(update(json!({"lang": "en"})).await.status, StatusCode::OK);
        assert_eq!(told(&server, &browser, "get", "file").await.0, 200);
    }

    async fn a_rule_that_cannot_be_kept_is_refused_at_the_create(server: Server) {
        let tenant = Integrator::new();
        let refused = async |more: Value| {
            let answer = tenant.create(&server, &with(crate::server::contract(), &more)).await;
            (answer.status.as_u16(), answer.code())
        };
        let no_place = json!({"rules": {"signOtpCode": "4711", "signAnywhereEnabled": false},
            "allowedFields": {"TEXT": []}});
        assert_eq!(refused(no_place).await, (400, "err.invalid.rule".to_owned()));
        for rules in [
            json!({"openOtpPhone": "0905123456"}),
            json!({"openOtpEmail": "jana"}),
            json!({"signOtpCode": "1"}),
            json!({"openOtpEmail": "a@example.com", "openOtpCode": "4711"}),
        ] {
            let told = refused(json!({"rules": rules})).await;
            assert_eq!(told, (400, "err.invalid.rule".to_owned()), "{rules}");
        }
        let by_phone = json!({"rules": {"signOtpPhone": "+421905123456"}});
        assert_eq!(refused(by_phone.clone()).await, (403, "err.forbidden".to_owned()));
        let settings = TenantSettings { sms: true, ..TenantSettings::default() };
        server.know_settings(&tenant, 2, settings).await;
        let answer = created(&server, &tenant, &by_phone).await;
        let browser = Browser::at(&server, &answer).await;
        assert_eq!(browser.status("sign").await["to"], "+421 *** *** 456");
        assert_eq!(browser.send("sign").await.status, StatusCode::ACCEPTED);
        let message = messages(&server).await.remove(0);
        assert_eq!((&message["channel"], &message["to"]), (&json!("sms"), &json!("+421905123456")));
        assert_eq!(newest_code(&server).await.len(), 6);
    }
}

#[actix_web::test]
async fn where_no_text_message_could_reach_a_phone_a_request_for_one_is_refused() {
    let server = Server::start(StoreKind::Sqlite, |config| {
        config.unsent_texts = signing::UnsentTexts::Refused;
    })
    .await;
    let tenant = Integrator::new();
    let settings = TenantSettings {
        sms: true,
        ..TenantSettings::default()
    };
    server.know_settings(&tenant, 2, settings).await;
    let by_phone = json!({"rules": {"openOtpPhone": "+421905123456"}});
    let refused = tenant
        .create(&server, &with(crate::server::contract(), &by_phone))
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.code().as_str()),
        (403, "err.forbidden")
    );
    assert!(
        refused.text("detail").contains("no provider"),
        "{refused:?}"
    );
    let by_mail = json!({"rules": {"openOtpEmail": "jana@example.com"}});
    created(&server, &tenant, &by_mail).await;
}
