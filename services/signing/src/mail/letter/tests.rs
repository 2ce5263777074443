use super::*;

const LINK: &str = "https://okd.example/openDocument/1d58a59e";
const HOSTILE: &str = "<b>zmluva</b> & {sender}.pdf";

fn letters() -> Vec<Letter> {
    let invitation = Invitation {
        link: Url::parse(LINK).unwrap(),
        message: Some("Prosím <i>dnes</i>.\nĎakujem".to_owned()),
        expires_at: Timestamp::from_millis(1_764_000_000_000),
    };
    let code = |purpose| Code {
        purpose,
        code: "031415".to_owned(),
        minutes: 10,
    };
    vec![
        Letter::SigningRequest(invitation.clone()),
        Letter::Reminder(invitation.clone()),
        Letter::ReminderToSender {
            expires_at: invitation.expires_at,
        },
        Letter::ExpiredToSigner,
        Letter::ExpiredToSender,
        Letter::SignedDocument(Enclosure::Attached { revision: 2 }),
        Letter::DocumentSent {
            enclosure: Enclosure::Link {
                url: Url::parse("https://okd.example/d/x").unwrap(),
                until: invitation.expires_at,
            },
            message: invitation.message,
        },
        Letter::Code(code(Purpose::Opening)),
        Letter::Code(code(Purpose::Signing)),
    ]
}

fn setting<'a>(lang: &'a str, reply_to: &'a Address) -> Setting<'a> {
    Setting {
        lang,
        zone: "Europe/Bratislava",
        mode: Mode::Live,
        sender: "Tatra & syn",
        reply_to: Some(reply_to),
        document: HOSTILE,
    }
}

#[test]
fn each_letter_reads_whole_in_each_language_and_no_value_becomes_markup() {
    let reply_to = Address::parse("jozef@firma.sk").unwrap();
    for lang in crate::rules::LANGUAGES {
        for letter in letters() {
            let sheet = letter.written(&setting(lang, &reply_to));
            let rendered = sheet.render();
            assert_eq!(sheet.lang, lang);
            assert!(sheet.subject.contains(HOSTILE), "{lang} {}", sheet.subject);
            for hole in ["{document}", "{until}", "{code}", "{minutes}", "{address}"] {
                assert!(!rendered.text.contains(hole), "{lang} {letter:?}: {hole}");
            }
            assert!(!rendered.html.contains("<b>") && !rendered.html.contains("<i>"));
            // The file's name, which looks like markup and like a hole, is shown as it is.
            assert!(
                rendered
                    .html
                    .contains("&lt;b&gt;zmluva&lt;/b&gt; &amp; {sender}.pdf")
            );
            if let Letter::Code(code) = &letter {
                assert!(rendered.text.contains("    031415"));
                let message = code.text_message(lang);
                assert!(
                    message.starts_with("031415"),
                    "read without opening: {message}"
                );
            }
        }
    }
}

#[test]
fn the_sender_is_never_sent_the_signers_link() {
    let reply_to = Address::parse("jozef@firma.sk").unwrap();
    for letter in letters() {
        let rendered = letter.written(&setting("en", &reply_to)).render();
        let shows_link = rendered.text.contains(LINK) || rendered.html.contains(LINK);
        let invites = matches!(letter, Letter::SigningRequest(_) | Letter::Reminder(_));
        assert_eq!(shows_link, invites, "{letter:?}");
        assert!(!(letter.is_to_sender() && shows_link));
    }
}

#[test]
fn a_letter_says_until_when_whom_to_ask_and_that_it_is_a_trial() {
    let reply_to = Address::parse("jozef@firma.sk").unwrap();
    let mut setting = setting("sk", &reply_to);
    setting.mode = Mode::Test;
    let text = letters()[0].written(&setting).render().text;
    assert!(text.starts_with("SKÚŠOBNÝ REŽIM"), "{text}");
    assert!(
        text.contains("Odkaz platí do 24. 11. 2025 o 17:00 (Europe/Bratislava)."),
        "{text}"
    );
    assert!(text.contains("| Prosím <i>dnes</i>.\n| Ďakujem"), "{text}");
    assert!(text.contains("jozef@firma.sk"), "{text}");
}

#[test]
fn a_code_is_never_printed() {
    let code = Code {
        purpose: Purpose::Opening,
        code: "031415".to_owned(),
        minutes: 10,
    };
    assert!(!format!("{:?}", Letter::Code(code)).contains("031415"));
}
