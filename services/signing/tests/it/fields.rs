//! Form fields end to end: what a round may fill, what it must, and what becomes of it (spec section 9).

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Integrator, Server, base64, on_both_stores, with};
use crate::signer::{Signer, in_field, submission};

/// A form with every kind of field, and with signature fields that nobody can see.
fn form() -> Value {
    let widget = |kind: &str, name: &str, rect: &str| {
        format!("<</Type/Annot/Subtype/Widget/F 4/P 3 0 R{kind}/T({name})/Rect[{rect}]>>")
    };
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 5 0 R 6 0 R 7 0 R 8 0 R 9 0 R 10 0 R 11 0 R 12 0 R]\
         /DA(/Helv 0 Tf 0 g)>>>>"
            .to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 400 500]>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/Annots[4 0 R 5 0 R 6 0 R 7 0 R 8 0 R 9 0 R 10 0 R 11 0 R 12 0 R]>>".to_owned(),
        widget("/FT/Sig", "S1", "40 60 190 110"),
        widget("/FT/Sig", "SO1", "220 60 370 110"),
        widget("/FT/Tx/MaxLen 20", "TC1", "40 440 240 460"),
        widget("/FT/Tx/Ff 4096", "note", "40 300 240 360"),
        widget("/FT/Btn", "CC1", "40 400 56 416"),
        widget("/FT/Ch/Ff 131072/Opt[[(sk)(Slovakia)][(cz)(Czechia)]]", "CBC1", "40 370 160 390"),
        // Hidden, without extent, outside the page.
        widget("/FT/Sig/F 2", "S2", "40 200 190 250"),
        widget("/FT/Sig", "S3", "0 0 0 0"),
        widget("/FT/Sig", "S4", "900 60 990 110"),
    ]
    .map(|object| object.replacen("/F 4/P 3 0 R/FT/Sig/F 2", "/F 2/P 3 0 R/FT/Sig", 1));
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = String::new();
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let (at, count) = (bytes.len(), objects.len() + 1);
    bytes.extend_from_slice(
        format!(
            "xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count}/Root 1 0 R>>\n\
             startxref\n{at}\n%%EOF\n"
        )
        .as_bytes(),
    );
    json!({ "filedata": { "content": base64(&bytes), "filename": "form.pdf" } })
}

async fn registered(server: &Server, tenant: &Integrator, body: &Value) -> (String, Value) {
    let answer = tenant.create(server, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    (answer.text("url"), answer.json()["documentId"].clone())
}

fn field<'a>(opening: &'a Value, name: &str) -> &'a Value {
    let fields = opening["fields"].as_array().unwrap();
    fields.iter().find(|field| field["name"] == name).unwrap()
}

/// A submission with values and one signature.
fn filled(opening: &Value, signature: &str, values: &Value) -> Value {
    let submitted = submission(opening, &json!([in_field(signature)]));
    with(submitted, &json!({ "fields": values }))
}

async fn current(server: &Server, tenant: &Integrator, document: &Value) -> pdf::Inspected {
    let path = format!("/JSON/document/{}", document.as_str().unwrap());
    pdf::inspect(&tenant.get(server, &path).await.bytes).unwrap()
}

on_both_stores! {
    async fn a_round_fills_what_it_is_allowed_and_must_and_its_fields_are_flattened(server: Server) {
        let tenant = Integrator::new();
        let body = with(form(), &json!({
            "allowedFields": {"SIGNATURE": "_S1_", "TEXT": ["TC1"]},
            "fieldConfig": [{"name": "note", "value": "Číslo 7", "readOnly": true}, {"name": "TC1", "value": "navrhnuté"}],
        }));
        let (url, document) = registered(&server, &tenant, &body).await;
        let signer = Signer::follow(&server, &url).await;
        let opening = signer.open().await;
        for (name, required, read_only, value) in [
            ("S1", true, false, json!(null)),
            ("SO1", false, true, json!(null)),
            ("TC1", true, false, json!("navrhnuté")),
            ("note", false, true, json!("Číslo 7")),
            ("CC1", true, true, json!(null)),
            ("CBC1", true, true, json!(null)),
        ] {
            let told = field(&opening, name);
            assert_eq!(told["required"], required, "{name}");
            assert_eq!(told["readOnly"], read_only, "{name}");
            assert_eq!(told["value"], value, "{name}");
        }
        for (values, why) in [
            (json!({"TC1": " "}), "Fill in the field TC1."),
            (json!({"TC1": "more than twenty characters"}), "The field TC1 takes at most 20 characters."),
            (json!({"TC1": "王"}), "The field TC1 cannot show the character 王."),
            (json!({"note": "mine"}), "The field note cannot be filled in."),
            (json!({"CC1": "1"}), "The field CC1 cannot be filled in."),
            (json!({"nope": "1"}), "There is no field nope."),
        ] {
            let refused = signer.submit(&filled(&opening, "S1", &values)).await;
            assert_eq!(refused.code(), "err.invalid.field", "{refused:?}");
            assert_eq!(refused.json()["detail"], why);
        }
        let taken = signer.submit(&filled(&opening, "S1", &json!({"TC1": "Ľubomíra Šťastná"}))).await;
        assert_eq!(taken.status, StatusCode::ACCEPTED, "{taken:?}");
        assert_eq!(signer.settled().await["state"], "signed");
        let told = current(&server, &tenant, &document).await;
        let left: Vec<&str> = told.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(left, ["S1", "SO1", "CC1", "CBC1", "S2", "S3", "S4"]);
    }

    async fn only_visible_mandatory_fields_must_be_done_and_types_can_be_ignored(server: Server) {
        let tenant = Integrator::new();
        let body = with(form(), &json!({"fieldsBeforeSigning": "readOnly", "ignoreRequired": ["TEXT", "COMBOBOX"]}));
        let (url, document) = registered(&server, &tenant, &body).await;
        let signer = Signer::follow(&server, &url).await;
        let opening = signer.open().await;
        for hidden in ["S2", "S3", "S4"] {
            assert_eq!(field(&opening, hidden)["widgets"], json!([]), "{hidden}");
        }
        let unsigned = with(submission(&opening, &json!([])), &json!({"fields": {"CC1": "1"}}));
        assert_eq!(signer.submit(&unsigned).await.json()["detail"], "Sign the field S1.");
        let unticked = filled(&opening, "S1", &json!({}));
        assert_eq!(signer.submit(&unticked).await.json()["detail"], "Fill in the field CC1.");
        let taken = signer.submit(&filled(&opening, "S1", &json!({"CC1": "1"}))).await;
        assert_eq!(taken.status, StatusCode::ACCEPTED, "{taken:?}");
        assert_eq!(signer.settled().await["state"], "signed");
        let told = current(&server, &tenant, &document).await;
        let of = |name: &str| told.fields.iter().find(|field| field.name == name).unwrap();
        assert_eq!(of("CC1").value.as_deref(), Some("1"));
        assert!(of("CC1").read_only && of("note").read_only && of("CBC1").read_only);
    }

    async fn the_next_round_cannot_touch_what_the_last_one_locked(server: Server) {
        let tenant = Integrator::new();
        let body = with(form(), &json!({
            "allowedFields": {"SIGNATURE": "S1", "TEXT": "TC1"}, "fieldsBeforeSigning": "keep",
        }));
        let (url, document) = registered(&server, &tenant, &body).await;
        let signer = Signer::follow(&server, &url).await;
        let opening = signer.open().await;
        signer.submit(&filled(&opening, "S1", &json!({"TC1": "prvé kolo"}))).await;
        assert_eq!(signer.settled().await["state"], "signed");

        // Flattening is asked for by default; a signed document is only locked.
        let body = json!({"id": document, "changeState": "tosign", "fieldConfig": [{"name": "CBC1", "value": "cz"}]});
        let (url, _) = registered(&server, &tenant, &body).await;
        let signer = Signer::follow(&server, &url).await;
        let opening = signer.open().await;
        assert_eq!(field(&opening, "TC1")["readOnly"], true, "locked by the first signature");
        assert_eq!(field(&opening, "TC1")["value"], "prvé kolo");
        assert_eq!(field(&opening, "CBC1")["value"], "cz");
        assert_eq!(field(&opening, "note")["readOnly"], false);
        let refused = signer.submit(&filled(&opening, "SO1", &json!({"TC1": "druhé kolo", "CC1": "1"}))).await;
        assert_eq!(refused.json()["detail"], "The field TC1 cannot be filled in.");
        let values = json!({"note": "Їжак a őz", "CC1": "1"});
        let taken = signer.submit(&filled(&opening, "SO1", &values)).await;
        assert_eq!(taken.status, StatusCode::ACCEPTED, "{taken:?}");
        assert_eq!(signer.settled().await["state"], "signed");
        let told = current(&server, &tenant, &document).await;
        assert_eq!(told.signatures, 2);
        let of = |name: &str| told.fields.iter().find(|field| field.name == name).unwrap();
        assert_eq!(of("note").value.as_deref(), Some("Їжак a őz"));
        assert_eq!(of("CBC1").value.as_deref(), Some("cz"));
        assert!(told.fields.iter().filter(|field| field.kind != pdf::FieldKind::Signature).all(|field| field.read_only));
    }

    async fn a_value_that_its_field_cannot_take_is_refused_at_the_create(server: Server) {
        let tenant = Integrator::new();
        for (name, value) in [
            ("TC1", "more than twenty characters"),
            ("note", "王"),
            ("CBC1", "pl"),
            ("CC1", "perhaps"),
            ("S1", "me"),
        ] {
            let body = with(form(), &json!({"fieldConfig": [{"name": name, "value": value}]}));
            let refused = tenant.create(&server, &body).await;
            assert_eq!(refused.code(), "err.invalid.field", "{refused:?}");
            let told = refused.json();
            assert!(told["value"].as_str().unwrap().contains("/fieldConfig/0/value"), "{told}");
        }
    }
}
