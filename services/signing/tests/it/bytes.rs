//! What is left of a document that was deleted.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Integrator, Server, contract, on_both_stores, with};
use crate::signer::{Signer, created, in_field, submission};

on_both_stores! {
    async fn of_a_deleted_document_only_the_page_of_its_record_is_left(server: Server) {
        let tenant = Integrator::new();
        let mut sent = contract();
        sent["filedata"]["state"] = json!("tostamp");
        let answer = tenant.create(&server, &with(sent, &json!({}))).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let document = answer.text("documentId");
        let signer = Signer::follow(&server, &answer.text("url")).await;
        let act = submission(&signer.open().await, &json!([in_field("S1")]));
        assert_eq!(signer.submit(&act).await.status, StatusCode::ACCEPTED);
        assert_eq!(signer.settled().await["state"], "signed");
        let path = format!("/v1/documents/{document}/pages/1");
        assert_eq!(tenant.get(&server, &path).await.status, StatusCode::OK);
        let path = format!("/v1/documents/{document}/audit");
        let record = tenant.get(&server, &path).await;
        assert_eq!(record.status, StatusCode::OK);
        let bystander = created(&server, &Integrator::new(), &json!({})).await;

        let before = server.files();
        let path = format!("/JSON/document/{document}");
        let deleted = tenant.call(&server, Method::DELETE, &path, &Value::Null).await;
        assert_eq!(deleted.status, StatusCode::OK);
        let after = server.files();
        let gone: Vec<_> = before.iter().filter(|path| !after.contains(path)).collect();
        let pictures = gone.iter().filter(|path| path.extension().unwrap() == "png").count();
        assert_eq!((gone.len(), pictures), (4, 1), "original, stamped, signed, picture: {gone:?}");
        let is_record = |path: &&std::path::PathBuf| std::fs::read(path).unwrap() == record.bytes;
        let left = after.iter().filter(is_record).count();
        assert_eq!((left, after.len()), (1, 3), "and the two of the bystander: {after:?}");
        assert_eq!(bystander.status, StatusCode::OK);
    }
}
