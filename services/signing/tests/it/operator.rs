//! What the operator sees where nothing is wrong, and that nobody else sees it.

use reqwest::Method;

use crate::server::{Integrator, Server, on_both_stores};

on_both_stores! {
    async fn the_self_test_of_a_started_service_has_passed_and_is_the_operators_to_see(server: Server) {
        let found = server.operator(Method::GET, "/internal/operator/self-test").await.json();
        let checks = found["checks"].as_array().unwrap();
        for name in ["seal", "fonts"] {
            let check = checks.iter().find(|check| check["name"] == name).unwrap();
            assert_eq!(check["passed"], true, "{check}");
        }
        for path in ["/internal/operator/self-test", "/internal/operator/jobs"] {
            let denied = Integrator::new().get(&server, path).await;
            assert_eq!((denied.status.as_u16(), denied.code().as_str()), (403, "err.forbidden"));
            assert_eq!(server.nobody(Method::GET, path).await.status, 403);
        }
    }

    async fn without_submissions_nothing_waits(server: Server) {
        let jobs = server.operator(Method::GET, "/internal/operator/jobs").await.json();
        assert_eq!(jobs["waiting"], 0);
        let unknown = "/internal/operator/jobs/evt_0199a7c2e41b7d3f8a0b1c2d3e4f5061/tries";
        assert_eq!(server.operator(Method::POST, unknown).await.status, 404);
    }
}
