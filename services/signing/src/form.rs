//! The document's form as one round sees it: what the signer may fill, what must be filled.

use crate::round::{FieldGroup, Round};
use pdf::{Field, FieldKind, Inspected};

/// Smaller than this, in points, a widget is a hidden one: nobody can be asked to fill it.
const VISIBLE_FROM: f32 = 1.0;
const CHECKED: &str = "1";

/// A field with what the round says of it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four questions with a yes or no of their own"
)]
#[derive(Clone, Debug)]
pub(crate) struct RoundField<'a> {
    pub(crate) field: &'a Field,
    /// Its kind or its name is part of this round.
    pub(crate) is_of_round: bool,
    pub(crate) required: bool,
    pub(crate) read_only: bool,
    /// As the file has it, or as the sender set it.
    pub(crate) value: Option<String>,
    is_visible: bool,
}

impl RoundField<'_> {
    /// Whether the signer can act on it.
    pub(crate) const fn is_open(&self) -> bool {
        !self.read_only && !self.field.is_signed && self.is_visible
    }

    pub(crate) fn is_signature(&self) -> bool {
        self.field.kind == FieldKind::Signature
    }
}

pub(crate) const fn group(kind: FieldKind) -> FieldGroup {
    match kind {
        FieldKind::Signature => FieldGroup::Signature,
        FieldKind::Text => FieldGroup::Text,
        FieldKind::CheckBox => FieldGroup::Checkbox,
        FieldKind::Radio => FieldGroup::Radio,
        FieldKind::ComboBox | FieldKind::ListBox => FieldGroup::Combobox,
    }
}

/// All fields of the document in this round's light.
pub(crate) fn fields<'a>(inspected: &'a Inspected, round: &Round) -> Vec<RoundField<'a>> {
    inspected
        .fields
        .iter()
        .map(|field| of_round(field, inspected, round))
        .collect()
}

fn of_round<'a>(field: &'a Field, inspected: &Inspected, round: &Round) -> RoundField<'a> {
    let group = group(field.kind);
    let configured = round.configured(&field.name);
    let is_allowed = round.allows(group, &field.name);
    let locked_by_sender = configured.is_some_and(|config| config.read_only);
    let value = configured.and_then(|config| config.value.clone());
    RoundField {
        field,
        is_of_round: is_allowed || configured.is_some(),
        required: is_compulsory(field) && !round.ignore_required.contains(&group),
        read_only: field.read_only || locked_by_sender || !is_allowed,
        value: value
            .map(|value| normal(field.kind, &value))
            .or_else(|| field.value.clone()),
        is_visible: is_visible(field, inspected.pages.len()),
    }
}

/// A name's prefix says so, or else the file's own flag (spec section 9.3).
fn is_compulsory(field: &Field) -> bool {
    let name = field.name.rsplit('.').next().unwrap_or(&field.name);
    // Some forms name their fields like the tags, underscores included.
    let name = name.trim_start_matches('_');
    let (compulsory, optional): (&[&str], &[&str]) = match field.kind {
        // `sig1` is what the legacy tag `_sig1_` becomes; tags of that form are mandatory (section 9.1).
        FieldKind::Signature => (&["S", "sig"], &["SO"]),
        FieldKind::CheckBox => (&["CR", "CC"], &["CO"]),
        FieldKind::Text => (&["TC"], &["TO"]),
        FieldKind::Radio => (&["RC"], &["RO"]),
        FieldKind::ComboBox | FieldKind::ListBox => (&["CBC"], &["CBO"]),
    };
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    !starts(optional) && (starts(compulsory) || field.required)
}

fn is_visible(field: &Field, pages: usize) -> bool {
    field.widgets.iter().any(|widget| {
        (1..=pages).contains(&widget.page)
            && VISIBLE_FROM <= widget.rect.width
            && VISIBLE_FROM <= widget.rect.height
    })
}

/// A value as the file's own are told: a check box is `1` or nothing.
pub(crate) fn normal(kind: FieldKind, value: &str) -> String {
    if kind != FieldKind::CheckBox {
        return value.to_owned();
    }
    let off = ["", "0", "off", "false", "no"];
    if off.contains(&value.trim().to_ascii_lowercase().as_str()) {
        String::new()
    } else {
        CHECKED.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pdf::{Rect, Widget};

    fn field(name: &str, kind: FieldKind, required: bool) -> Field {
        Field {
            name: name.to_owned(),
            kind,
            required,
            read_only: false,
            multi_line: false,
            max_length: None,
            value: None,
            options: vec![],
            widgets: vec![Widget {
                page: 1,
                rect: Rect::new(0.0, 0.0, 9.0, 9.0),
            }],
            is_signed: false,
        }
    }

    #[test]
    fn names_say_what_must_be_filled_and_overrule_the_files_flag() {
        for (name, kind, flag, compulsory) in [
            ("S1", FieldKind::Signature, false, true),
            ("form.SC1", FieldKind::Signature, false, true),
            ("_S2_", FieldKind::Signature, false, true),
            ("SO1", FieldKind::Signature, true, false),
            ("other", FieldKind::Signature, true, true),
            ("TC1", FieldKind::Text, false, true),
            ("Company", FieldKind::Text, false, false),
            ("CR1", FieldKind::CheckBox, false, true),
            ("CO1", FieldKind::CheckBox, true, false),
            ("CBC1", FieldKind::ComboBox, false, true),
        ] {
            assert_eq!(
                is_compulsory(&field(name, kind, flag)),
                compulsory,
                "{name}"
            );
        }
    }

    #[test]
    fn a_check_box_is_on_or_off_however_it_is_said() {
        for off in ["", "0", "Off", "false"] {
            assert_eq!(normal(FieldKind::CheckBox, off), "");
        }
        assert_eq!(normal(FieldKind::CheckBox, "true"), "1");
        assert_eq!(normal(FieldKind::Text, "0"), "0");
    }
}
