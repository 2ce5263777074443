use std::sync::Arc;

use super::*;

fn account() -> Account {
    Account {
        tenant: TenantId::generate(),
        mode: Mode::Live,
    }
}

async fn both_shapes() -> Vec<Arc<dyn Counters>> {
    let server = test_kit::Redis::shared().await;
    let redis = Redis::connect(&server.database().into()).await.unwrap();
    vec![Arc::new(InProcess::default()), Arc::new(redis)]
}

#[tokio::test]
async fn a_burst_is_admitted_and_then_the_rate_counts() {
    for counters in both_shapes().await {
        let (account, key, rate) = (
            account(),
            ApiKeyId::generate(),
            Rate {
                per_second: 10,
                burst: 5,
            },
        );
        let now = Timestamp::from_millis(1_000_000);
        for left in (0..5).rev() {
            assert_eq!(
                counters.admit(account, key, rate, now).await.unwrap(),
                Admission::Admitted { remaining: left }
            );
        }
        let refused = counters.admit(account, key, rate, now).await.unwrap();
        assert_eq!(
            refused,
            Admission::Refused {
                retry_after: Duration::from_millis(100)
            }
        );
        let later = now.plus(Duration::from_millis(100));
        assert_eq!(
            counters.admit(account, key, rate, later).await.unwrap(),
            Admission::Admitted { remaining: 0 }
        );
        let other = counters
            .admit(account, ApiKeyId::generate(), rate, now)
            .await
            .unwrap();
        assert_eq!(
            other,
            Admission::Admitted { remaining: 4 },
            "another key has its own rate"
        );
    }
}

#[tokio::test]
async fn an_unfinished_drain_comes_again_and_a_finished_one_does_not() {
    for counters in both_shapes().await {
        let account = account();
        for _ in 0..3 {
            counters.count_download(account, "2026.5").await.unwrap();
        }
        assert!(
            counters
                .accounts_to_drain()
                .await
                .unwrap()
                .contains(&account)
        );
        let first = counters
            .drain(account, EventId::generate())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(first.downloads, [("2026.5".to_owned(), 3)]);
        counters.count_download(account, "2026.5").await.unwrap();
        let again = counters
            .drain(account, EventId::generate())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(again, first, "the same drain, with its own id");
        let pending: i64 = counters
            .pending_downloads(account)
            .await
            .unwrap()
            .iter()
            .map(|(_, count)| count)
            .sum();
        assert_eq!(pending, 4, "what is on its way still counts");
        counters.drained(&first).await.unwrap();
        let second = counters
            .drain(account, EventId::generate())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(second.downloads, [("2026.5".to_owned(), 1)]);
        counters.drained(&first).await.unwrap();
        assert_eq!(
            counters.drain(account, EventId::generate()).await.unwrap(),
            Some(second),
            "an old drain ends nothing"
        );
    }
}
