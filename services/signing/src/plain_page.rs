//! Pages for a signer whose link leads to no document: plain, in the signer's language, without a script.

use crate::signer::Ended;

/// What such a page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    UnknownLink,
    Expired,
    Deleted,
    Canceled,
    AlreadySigned,
    /// After Submit, where the sender named no page of his own.
    ThankYou,
    /// After Cancel or Close.
    NotSigned,
}

impl From<Ended> for Message {
    fn from(how: Ended) -> Self {
        match how {
            Ended::Expired => Self::Expired,
            Ended::Deleted => Self::Deleted,
            Ended::Canceled => Self::Canceled,
            Ended::Signed => Self::AlreadySigned,
        }
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark;font:17px/1.5 system-ui,sans-serif}\
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f5f6f8;color:#1b2230}\
main{max-width:26rem;margin:1rem;padding:2rem;border-radius:16px;background:#fff;text-align:center}\
h1{font-size:1.35rem;margin:0 0 .5rem}p{margin:0;color:#566072}\
@media(prefers-color-scheme:dark){body{background:#10151f;color:#e8ebf1}main{background:#1a2130}p{color:#a5adbd}}";

/// The page as HTML.
pub(crate) fn html(message: Message, lang: &str) -> String {
    let (lang, [title, body]) = words(message, lang);
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1><p>{body}</p></main></body></html>"
    )
}

/// Title and body; a language that we do not speak reads as English.
fn words(message: Message, lang: &str) -> (&'static str, [&'static str; 2]) {
    match lang {
        "sk" => ("sk", slovak(message)),
        "cs" => ("cs", czech(message)),
        "ro" => ("ro", romanian(message)),
        "uk" => ("uk", ukrainian(message)),
        "pl" => ("pl", polish(message)),
        "pt" => ("pt", portuguese(message)),
        "hu" => ("hu", hungarian(message)),
        _ => ("en", english(message)),
    }
}

const fn english(message: Message) -> [&'static str; 2] {
    match message {
        Message::UnknownLink => [
            "This link opens no document",
            "Check that the link is complete, or ask the sender for a new one.",
        ],
        Message::Expired => ["This link has expired", "Ask the sender for a new one."],
        Message::Deleted => [
            "This document is no longer here",
            "The sender has withdrawn it. Ask the sender if you expected it.",
        ],
        Message::Canceled => [
            "This signing was canceled",
            "Nothing was signed. Ask the sender if you want to sign after all.",
        ],
        Message::AlreadySigned => ["This document is signed", "There is nothing left to do."],
        Message::ThankYou => [
            "Thank you",
            "The document is signed. You can close this page.",
        ],
        Message::NotSigned => [
            "You have left the document",
            "It was not signed. You can close this page.",
        ],
    }
}

const fn slovak(message: Message) -> [&'static str; 2] {
    match message {
        Message::UnknownLink => [
            "Tento odkaz neotvára žiadny dokument",
            "Skontrolujte, či je odkaz celý, alebo požiadajte odosielateľa o nový.",
        ],
        Message::Expired => [
            "Platnosť odkazu vypršala",
            "Požiadajte odosielateľa o nový.",
        ],
        Message::Deleted => [
            "Dokument tu už nie je",
            "Odosielateľ ho stiahol. Ak ste ho očakávali, obráťte sa na odosielateľa.",
        ],
        Message::Canceled => [
            "Podpisovanie bolo zrušené",
            "Nič nebolo podpísané. Ak chcete predsa podpísať, obráťte sa na odosielateľa.",
        ],
        Message::AlreadySigned => ["Dokument je podpísaný", "Netreba robiť nič ďalšie."],
        Message::ThankYou => [
            "Ďakujeme",
            "Dokument je podpísaný. Túto stránku môžete zavrieť.",
        ],
        Message::NotSigned => [
            "Opustili ste dokument",
            "Dokument nebol podpísaný. Túto stránku môžete zavrieť.",
        ],
    }
}

const fn czech(message: Message) -> [&'static str; 2] {
    match message {
        Message::UnknownLink => [
            "Tento odkaz neotevírá žádný dokument",
            "Zkontrolujte, zda je odkaz celý, nebo požádejte odesílatele o nový.",
        ],
        Message::Expired => ["Platnost odkazu vypršela", "Požádejte odesílatele o nový."],
        Message::Deleted => [
            "Dokument už tu není",
            "Odesílatel jej stáhl. Pokud jste jej očekávali, obraťte se na odesílatele.",
        ],
        Message::Canceled => [
            "Podepisování bylo zrušeno",
            "Nic nebylo podepsáno. Pokud chcete přesto podepsat, obraťte se na odesílatele.",
        ],
        Message::AlreadySigned => ["Dokument je podepsaný", "Není třeba dělat nic dalšího."],
        Message::ThankYou => [
            "Děkujeme",
            "Dokument je podepsaný. Tuto stránku můžete zavřít.",
        ],
        Message::NotSigned => [
            "Opustili jste dokument",
            "Dokument nebyl podepsán. Tuto stránku můžete zavřít.",
        ],
    }
}

const fn romanian(message: Message) -> [&'static str; 2] {
    match message {
        Message::UnknownLink => [
            "Acest link nu deschide niciun document",
            "Verificați dacă linkul este complet sau cereți expeditorului unul nou.",
        ],
        Message::Expired => ["Acest link a expirat", "Cereți expeditorului unul nou."],
        Message::Deleted => [
            "Documentul nu mai este aici",
            "Expeditorul l-a retras. Dacă îl așteptați, întrebați expeditorul.",
        ],
        Message::Canceled => [
            "Semnarea a fost anulată",
            "Nu s-a semnat nimic. Dacă doriți totuși să semnați, întrebați expeditorul.",
        ],
        Message::AlreadySigned => ["Documentul este semnat", "Nu mai este nimic de făcut."],
        Message::ThankYou => [
            "Vă mulțumim",
            "Documentul este semnat. Puteți închide această pagină.",
        ],
        Message::NotSigned => [
            "Ați părăsit documentul",
            "Documentul nu a fost semnat. Puteți închide această pagină.",
        ],
    }
}

const fn ukrainian(message: Message) -> [&'static str; 2] {
    match message {
        Message::UnknownLink => [
            "Це посилання не відкриває жодного документа",
            "Перевірте, чи посилання повне, або попросіть у відправника нове.",
        ],
        Message::Expired => [
            "Термін дії посилання минув",
            "Попросіть у відправника нове.",
        ],
        Message::Deleted => [
            "Цього документа тут більше немає",
            "Відправник відкликав його. Якщо ви чекали на нього, зверніться до відправника.",
        ],
        Message::Canceled => [
            "Підписання скасовано",
            "Нічого не підписано. Якщо ви все ж хочете підписати, зверніться до відправника.",
        ],
        Message::AlreadySigned => ["Документ підписано", "Більше нічого робити не потрібно."],
        Message::ThankYou => ["Дякуємо", "Документ підписано. Цю сторінку можна закрити."],
        Message::NotSigned => [
            "Ви залишили документ",
            "Документ не підписано. Цю сторінку можна закрити.",
        ],
    }
}

const fn polish(message: Message) -> [&'static str; 2] {
    match message {
        Message::UnknownLink => [
            "Ten link nie otwiera żadnego dokumentu",
            "Sprawdź, czy link jest kompletny, albo poproś nadawcę o nowy.",
        ],
        Message::Expired => ["Ten link wygasł", "Poproś nadawcę o nowy."],
        Message::Deleted => [
            "Tego dokumentu już tu nie ma",
            "Nadawca go wycofał. Jeśli na niego czekasz, skontaktuj się z nadawcą.",
        ],
        Message::Canceled => [
            "Podpisywanie zostało anulowane",
            "Nic nie podpisano. Jeśli jednak chcesz podpisać, skontaktuj się z nadawcą.",
        ],
        Message::AlreadySigned => ["Dokument jest podpisany", "Nic więcej nie trzeba robić."],
        Message::ThankYou => [
            "Dziękujemy",
            "Dokument jest podpisany. Możesz zamknąć tę stronę.",
        ],
        Message::NotSigned => [
            "Dokument został opuszczony",
            "Nie został podpisany. Możesz zamknąć tę stronę.",
        ],
    }
}

const fn portuguese(message: Message) -> [&'static str; 2] {
    match message {
        Message::UnknownLink => [
            "Esta ligação não abre nenhum documento",
            "Verifique se a ligação está completa ou peça uma nova ao remetente.",
        ],
        Message::Expired => ["Esta ligação expirou", "Peça uma nova ao remetente."],
        Message::Deleted => [
            "Este documento já não está aqui",
            "O remetente retirou-o. Se o esperava, contacte o remetente.",
        ],
        Message::Canceled => [
            "A assinatura foi cancelada",
            "Nada foi assinado. Se ainda quiser assinar, contacte o remetente.",
        ],
        Message::AlreadySigned => ["O documento está assinado", "Não há mais nada a fazer."],
        Message::ThankYou => [
            "Obrigado",
            "O documento está assinado. Pode fechar esta página.",
        ],
        Message::NotSigned => [
            "Saiu do documento",
            "O documento não foi assinado. Pode fechar esta página.",
        ],
    }
}

const fn hungarian(message: Message) -> [&'static str; 2] {
    match message {
        Message::UnknownLink => [
            "Ez a hivatkozás nem nyit meg dokumentumot",
            "Ellenőrizze, hogy a hivatkozás teljes-e, vagy kérjen újat a feladótól.",
        ],
        Message::Expired => ["A hivatkozás lejárt", "Kérjen újat a feladótól."],
        Message::Deleted => [
            "A dokumentum már nincs itt",
            "A feladó visszavonta. Ha várt rá, forduljon a feladóhoz.",
        ],
        Message::Canceled => [
            "Az aláírást megszakították",
            "Semmi sem lett aláírva. Ha mégis alá szeretné írni, forduljon a feladóhoz.",
        ],
        Message::AlreadySigned => ["A dokumentum alá van írva", "Nincs több teendő."],
        Message::ThankYou => [
            "Köszönjük",
            "A dokumentum alá van írva. Ezt az oldalt bezárhatja.",
        ],
        Message::NotSigned => [
            "Elhagyta a dokumentumot",
            "A dokumentum nem lett aláírva. Ezt az oldalt bezárhatja.",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_we_do_not_speak_reads_as_english() {
        assert!(html(Message::Expired, "de").contains("<html lang=\"en\">"));
        assert!(html(Message::Expired, "sk").contains("Platnosť odkazu vypršala"));
    }
}
