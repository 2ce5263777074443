use domain::{Clock as _, Role};
use internal_auth::portal_session::AccessTokens;
use reqwest::Method;
use rstest::rstest;

use crate::world::{Answer, On, PASSWORD, World, caller_of, master};

async fn refresh(world: &World, token: &str) -> Answer {
    let cookie = format!("theme=dark; okd_refresh={token}");
    let path = "/api/tenant/sessions/refresh";
    world.call_with_cookie(Method::POST, path, &cookie).await
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_alike() {
    let world = World::start(On::Sqlite).await;
    world.owner("jana@tatra.sk").await;
    let wrong = world.sign_in("jana@tatra.sk", "wrong horse battery").await;
    let unknown = world.sign_in("nobody@tatra.sk", PASSWORD).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.code(), "err.sign.in.failed");
    assert_eq!(wrong.body, unknown.body);
    assert_eq!(wrong.status, unknown.status);
}

#[tokio::test]
async fn the_access_cookie_says_who_is_signed_in() {
    let world = World::start(On::Sqlite).await;
    world.owner("jana@tatra.sk").await;
    let answer = world.sign_in("jana@tatra.sk", PASSWORD).await;
    let token = AccessTokens::new(&master())
        .verify(world.clock.now(), &answer.cookie("okd_access"))
        .unwrap();
    assert_eq!(token.caller(), caller_of(&answer.body));
    assert_eq!(token.role, Role::Owner);
    for name in ["okd_access", "okd_refresh"] {
        let line = &answer.cookies[name];
        assert!(line.contains("; Path=/; Max-Age="), "{line}");
        assert!(line.ends_with("; HttpOnly; SameSite=Strict"), "{line}");
    }
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_where_the_portal_speaks_https() {
    let world = World::start_with(On::Sqlite, "https://portal.example", Vec::new()).await;
    world.sign_up("jana@tatra.sk", "Tatra").await;
    let mail = world.mail_to("jana@tatra.sk").await;
    let mailed = mail[0]
        .split("https://portal.example/confirm-email#token=")
        .nth(1);
    let token = mailed.unwrap().split_whitespace().next().unwrap();
    world.confirm(token).await;
    let answer = world.sign_in("jana@tatra.sk", PASSWORD).await;
    let line = &answer.cookies["__Host-okd_refresh"];
    assert!(
        line.ends_with("; HttpOnly; SameSite=Strict; Secure"),
        "{line}"
    );
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn a_refresh_token_is_replaced_and_its_reuse_ends_the_session(#[case] on: On) {
    let world = World::start(on).await;
    world.owner("jana@tatra.sk").await;
    let first = world
        .sign_in("jana@tatra.sk", PASSWORD)
        .await
        .cookie("okd_refresh");
    let answer = refresh(&world, &first).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["member"]["email"], "jana@tatra.sk");
    let second = answer.cookie("okd_refresh");
    assert_ne!(first, second);

    world.pass(60);
    let third = refresh(&world, &second).await.cookie("okd_refresh");
    world.pass(60);
    let stolen = refresh(&world, &first).await;
    assert_eq!((stolen.status, stolen.code()), (401, "err.session.ended"));
    let victim = refresh(&world, &third).await;
    assert_eq!((victim.status, victim.code()), (401, "err.session.ended"));
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn two_tabs_that_refresh_at_once_both_stay_signed_in(#[case] on: On) {
    let world = World::start(on).await;
    world.owner("jana@tatra.sk").await;
    let token = world
        .sign_in("jana@tatra.sk", PASSWORD)
        .await
        .cookie("okd_refresh");
    let (one, two) = tokio::join!(refresh(&world, &token), refresh(&world, &token));
    assert_eq!((one.status, two.status), (200, 200));
    world.pass(60);
    assert_eq!(
        refresh(&world, &one.cookie("okd_refresh")).await.status,
        200
    );
    assert_eq!(
        refresh(&world, &two.cookie("okd_refresh")).await.status,
        200
    );
}

#[tokio::test]
async fn a_session_that_is_signed_out_unused_or_unknown_has_ended() {
    let world = World::start(On::Sqlite).await;
    world.owner("jana@tatra.sk").await;
    assert_eq!(refresh(&world, "guess").await.code(), "err.session.ended");

    let token = world
        .sign_in("jana@tatra.sk", PASSWORD)
        .await
        .cookie("okd_refresh");
    let cookie = format!("okd_refresh={token}");
    let path = "/api/tenant/sessions/current";
    let out = world.call_with_cookie(Method::DELETE, path, &cookie).await;
    assert_eq!(out.status, 204);
    assert!(out.cookies["okd_access"].contains("Max-Age=0"));
    assert_eq!(refresh(&world, &token).await.code(), "err.session.ended");

    let token = world
        .sign_in("jana@tatra.sk", PASSWORD)
        .await
        .cookie("okd_refresh");
    world.pass(31 * 24 * 60 * 60);
    assert_eq!(refresh(&world, &token).await.code(), "err.session.ended");
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn guessing_gets_slower_and_is_told_clearly(#[case] on: On) {
    let world = World::start(on).await;
    world.owner("jana@tatra.sk").await;
    for email in ["jana@tatra.sk", "nobody@tatra.sk"] {
        for _ in 0..5 {
            assert_eq!(
                world.sign_in(email, "wrong horse battery").await.status,
                401
            );
        }
        let locked = world.sign_in(email, PASSWORD).await;
        assert_eq!((locked.status, locked.code()), (429, "err.rate.limited"));
        assert_eq!(locked.retry_after.as_deref(), Some("31"));
    }
    world.pass(31);
    assert_eq!(world.sign_in("jana@tatra.sk", PASSWORD).await.status, 200);
    let after = world.sign_in("jana@tatra.sk", "wrong horse battery").await;
    assert_eq!(after.status, 401, "the right password cleared the count");
}
