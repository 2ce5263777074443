use std::time::Duration;

use mail::SmtpConfig;
use rstest::rstest;
use serde_json::json;
use test_kit::{MAIL_PASSWORD, MAIL_USER, MailSecurity, MailServer};

use internal_auth::Caller;

use crate::world::{On, PASSWORD, World};

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn a_sign_up_leads_to_a_session_through_the_mailed_link(#[case] on: On) {
    let world = World::start(on).await;
    let answer = world.sign_up("Jana@Tatra.sk", "Žltý kôň, s. r. o.").await;
    assert_eq!((answer.status, answer.body), (202, json!({})));

    let early = world.sign_in("jana@tatra.sk", PASSWORD).await;
    assert_eq!(
        (early.status, early.code()),
        (403, "err.email.not.confirmed")
    );
    let guessed = world.sign_in("jana@tatra.sk", "wrong horse battery").await;
    assert_eq!(
        (guessed.status, guessed.code()),
        (401, "err.sign.in.failed")
    );

    let token = world.mailed_token("Jana@Tatra.sk").await;
    assert_eq!(world.confirm(&token).await.status, 200);
    let me = world.sign_in("jana@tatra.sk", PASSWORD).await;
    assert_eq!(me.status, 200);
    assert_eq!(me.body["member"]["email"], "Jana@Tatra.sk");
    assert_eq!(me.body["member"]["role"], "owner");
    assert_eq!(me.body["tenant"]["name"], "Žltý kôň, s. r. o.");
    assert_eq!(me.body["tenant"]["slug"], "zlty-kon-s-r-o");
    assert_eq!(me.body["tenant"]["apiState"], "inactive");
    assert_eq!(me.body["tenant"]["zone"], "Europe/Bratislava");
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn an_address_with_an_account_gets_the_same_answer_and_another_mail(#[case] on: On) {
    let world = World::start(on).await;
    world.owner("jana@tatra.sk").await;
    let answer = world.sign_up("JANA@tatra.sk", "Other").await;
    assert_eq!((answer.status, answer.body), (202, json!({})));
    let mail = world.mail_to("JANA@tatra.sk").await;
    assert!(
        mail[0].contains("There is an account with it already"),
        "{mail:?}"
    );
    assert!(mail[0].contains("http://localhost:8081/sign-in"));
    assert!(!mail[0].contains("token"));
}

#[tokio::test]
async fn the_same_link_twice_is_as_good_as_once() {
    let world = World::start(On::Sqlite).await;
    world.sign_up("jana@tatra.sk", "Tatra").await;
    let token = world.mailed_token("jana@tatra.sk").await;
    let (one, two) = tokio::join!(world.confirm(&token), world.confirm(&token));
    assert_eq!((one.status, two.status), (200, 200));
    assert_eq!(world.confirm(&token).await.status, 200);
    let me = world.sign_in("jana@tatra.sk", PASSWORD).await.body;
    assert_eq!(me["tenant"]["slug"], "tatra", "one tenant, not two");
}

#[tokio::test]
async fn a_link_that_is_wrong_old_or_overtaken_makes_no_account() {
    let world = World::start(On::Sqlite).await;
    assert_eq!(
        world.confirm("guess").await.code(),
        "err.confirmation.invalid"
    );

    world.sign_up("jana@tatra.sk", "First").await;
    let first = world.mailed_token("jana@tatra.sk").await;
    world.sign_up("jana@tatra.sk", "Second").await;
    let second = world.mailed_token("jana@tatra.sk").await;
    assert_eq!(world.confirm(&second).await.status, 200);
    assert_eq!(
        world.confirm(&first).await.code(),
        "err.confirmation.invalid"
    );

    world.sign_up("late@tatra.sk", "Late").await;
    let late = world.mailed_token("late@tatra.sk").await;
    world.pass(24 * 60 * 60);
    assert_eq!(
        world.confirm(&late).await.code(),
        "err.confirmation.invalid"
    );
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn tenants_of_one_name_get_different_slugs_even_at_once(#[case] on: On) {
    let world = World::start(on).await;
    let emails = ["a@tatra.sk", "b@tatra.sk", "c@tatra.sk"];
    let mut tokens = Vec::new();
    for email in emails {
        world.sign_up(email, "Demo").await;
        tokens.push(world.mailed_token(email).await);
    }
    let [a, b, c] = &tokens[..] else {
        unreachable!()
    };
    let answers = tokio::join!(world.confirm(a), world.confirm(b), world.confirm(c));
    assert_eq!(
        (answers.0.status, answers.1.status, answers.2.status),
        (200, 200, 200)
    );
    let mut slugs = Vec::new();
    for email in emails {
        let me = world.sign_in(email, PASSWORD).await.body;
        slugs.push(me["tenant"]["slug"].as_str().unwrap().to_owned());
    }
    slugs.sort();
    assert_eq!(
        slugs,
        ["demo-2", "demo-3", "demo-4"],
        "demo itself is kept for the demo"
    );
}

#[tokio::test]
async fn what_cannot_be_a_sign_up_is_told_why() {
    let world = World::start(On::Sqlite).await;
    let attempt = async |email: &str, password: &str, name: &str| {
        let body = json!({"email": email, "password": password, "tenantName": name});
        let answer = world
            .post(&Caller::Nobody, "/api/tenant/sign-ups", body)
            .await;
        (answer.status, answer.code().to_owned())
    };
    let refused = |code: &str| (400, code.to_owned());
    assert_eq!(
        attempt("jana", PASSWORD, "Tatra").await,
        refused("err.invalid.field")
    );
    assert_eq!(
        attempt("j@t.sk", PASSWORD, " ").await,
        refused("err.invalid.field")
    );
    assert_eq!(
        attempt("j@t.sk", "short", "Tatra").await,
        refused("err.weak.password")
    );
}

#[tokio::test]
async fn nobody_fills_a_strangers_inbox() {
    let world = World::start(On::Sqlite).await;
    for _ in 0..7 {
        assert_eq!(world.sign_up("jana@tatra.sk", "Tatra").await.status, 202);
    }
    assert_eq!(world.mail_to("jana@tatra.sk").await.len(), 5);
}

#[tokio::test]
async fn the_owner_of_an_address_never_confirms_a_strangers_password() {
    let world = World::start(On::Sqlite).await;
    world.sign_up("jana@tatra.sk", "Not Jana's").await;
    let token = world.mailed_token("jana@tatra.sk").await;
    let body = json!({"token": token, "password": "what Jana would choose"});
    let answer = world
        .post(&Caller::Nobody, "/api/tenant/email-confirmations", body)
        .await;
    assert_eq!((answer.status, answer.code()), (401, "err.sign.in.failed"));
    let stranger = world.sign_in("jana@tatra.sk", PASSWORD).await;
    assert_eq!(stranger.code(), "err.email.not.confirmed");
}

#[tokio::test]
async fn the_link_of_a_sign_up_is_handed_to_the_mail_server_and_works() {
    let post = MailServer::start(MailSecurity::StartTls).await;
    let password = Some(MAIL_PASSWORD.to_owned().into());
    let world = World::mailing(SmtpConfig {
        server: mail::Server::parse(&post.url(), password).unwrap(),
        from: mail::Address::parse("portal@okd.example").unwrap(),
        roots: vec![post.root_der()],
    })
    .await;
    assert_eq!(world.sign_up("jana@tatra.sk", "Tatra").await.status, 202);
    let letter = post.wait_for(1, Duration::from_secs(30)).await.remove(0);
    assert_eq!(letter["envelopeTo"], json!(["jana@tatra.sk"]));
    assert_eq!(letter["envelopeFrom"], "portal@okd.example");
    assert_eq!(
        (&letter["encrypted"], &letter["user"]),
        (&json!(true), &json!(MAIL_USER))
    );
    let text = letter["text"].as_str().unwrap();
    let (_, token) = text.split_once("#token=").unwrap();
    let token = token.split_whitespace().next().unwrap();
    assert_eq!(world.confirm(token).await.status, 200);
    assert_eq!(world.sign_in("jana@tatra.sk", PASSWORD).await.status, 200);
}
