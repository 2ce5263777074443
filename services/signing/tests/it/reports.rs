//! The upload report: served to its owner, kept after the bytes, true about rounds.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Integrator, Server, base64, on_both_stores, with};
use crate::signer::{Signer, in_field, submission};

/// Two signature fields and a text field, a script that runs on opening, an invoice, and no cross-reference table.
fn damaged_form() -> String {
    let widget = "/Type/Annot/Subtype/Widget/F 4/P 3 0 R";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/AF[7 0 R]\
         /AcroForm<</Fields[4 0 R 5 0 R 6 0 R]/DA(/Helv 0 Tf 0 g)>>>>"
            .to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 400 500]>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/Annots[4 0 R 5 0 R 6 0 R]>>".to_owned(),
        format!("<<{widget}/FT/Sig/T(S1)/Rect[40 60 190 110]>>"),
        format!("<<{widget}/FT/Sig/T(S2)/Rect[200 60 350 110]>>"),
        format!("<<{widget}/FT/Tx/T(TO_note)/Rect[40 440 240 462]>>"),
        "<</Type/Filespec/F(factur-x.xml)/UF(factur-x.xml)/AFRelationship/Alternative/EF<</F 8 0 R>>>>"
            .to_owned(),
        "<</Type/EmbeddedFile/Subtype/text#2Fxml/Params<</Size 5>>/Length 5>>\nstream\n<xml>\nendstream"
            .to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    file.push_str("trailer\n<</Root 1 0 R>>\n%%EOF\n");
    base64(file.as_bytes())
}

fn form_to_sign() -> Value {
    json!({"filedata": {"content": damaged_form(), "filename": "form.pdf"}})
}

async fn report(server: &Server, tenant: &Integrator, document: &str) -> Value {
    let answer = tenant
        .get(server, &format!("/v1/documents/{document}/report"))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.json()
}

on_both_stores! {
    async fn an_upload_is_told_what_was_repaired_removed_and_kept(server: Server) {
        let tenant = Integrator::new();
        let document = tenant.create(&server, &form_to_sign()).await.text("documentId");
        let told = report(&server, &tenant, &document).await;
        assert_eq!(told["documentId"], json!(document));
        assert_eq!(told["handling"], "rewritten");
        assert_eq!(told["repaired"], json!(["crossReferenceRebuilt"]));
        assert_eq!(told["removed"], json!([{"kind": "javaScript", "count": 1}]));
        assert_eq!(told["file"]["crossReference"], "rebuilt");
        assert_eq!(told["file"]["formFields"], 3);
        assert_eq!(
            told["embeddedFiles"],
            json!([{
                "name": "factur-x.xml", "sizeBytes": 5, "mediaType": "text/xml",
                "relationship": "Alternative", "isAssociated": true, "isInvoice": true
            }])
        );
        assert_eq!(told["isTestMarked"], false);
        let download = tenant.get(&server, &format!("/rest/document/{document}")).await;
        assert_eq!(
            download.header("etag"),
            format!("\"{}\"", told["sha256"].as_str().unwrap())
        );
    }

    async fn the_report_outlives_the_bytes_and_is_nobody_elses(server: Server) {
        let tenant = Integrator::new();
        let document = tenant.create(&server, &form_to_sign()).await.text("documentId");
        let path = format!("/v1/documents/{document}/report");
        let never = format!("/v1/documents/{}/report", "A".repeat(document.len()));
        let stranger = Integrator::new();
        for path in [&path, &never] {
            let answer = stranger.get(&server, path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            assert_eq!(answer.code(), "err.not.found");
        }
        let before = report(&server, &tenant, &document).await;
        let deleted = tenant
            .call(&server, Method::DELETE, &format!("/JSON/document/{document}"), &Value::Null)
            .await;
        assert_eq!(deleted.status, StatusCode::OK);
        assert_eq!(report(&server, &tenant, &document).await, before);
    }

    async fn fields_of_a_signed_document_are_not_flattened_and_the_report_says_so(server: Server) {
        let tenant = Integrator::new();
        let first = with(form_to_sign(), &json!({"allowedFields": {"SIGNATURE": "S1"}}));
        let created = tenant.create(&server, &first).await;
        let document = created.text("documentId");
        let signer = Signer::follow(&server, &created.text("url")).await;
        let opening = signer.open().await;
        signer.submit(&submission(&opening, &json!([in_field("S1")]))).await;
        assert_eq!(signer.settled().await["state"], "signed");
        assert_eq!(report(&server, &tenant, &document).await["notes"], json!([]));

        let second = json!({
            "id": document, "changeState": "tosign",
            "allowedFields": {"SIGNATURE": "S2", "TEXT": "TO_note"},
        });
        let created = tenant.create(&server, &second).await;
        let signer = Signer::follow(&server, &created.text("url")).await;
        let opening = signer.open().await;
        signer.submit(&submission(&opening, &json!([in_field("S2")]))).await;
        assert_eq!(signer.settled().await["state"], "signed");
        let notes = &report(&server, &tenant, &document).await["notes"];
        assert_eq!(notes[0]["kind"], "flattenedAsReadOnly", "{notes}");
        assert_eq!(
            notes[0]["signatureRequestId"],
            json!(created.text("result"))
        );
    }
}
