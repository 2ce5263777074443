//! The document's form as one round sees it: what the signer may fill, what must be filled.

use crate::round::{self, FieldGroup, Round};
use crate::rules::{InvalidRule, Rules};
use pdf::{Field, FieldKind, Inspected, Unfit};

const CHECKED: &str = "1";
/// Fields that the tags `_sig1_` to `_sig5_` become.
const LEGACY_TAGS: [&str; 5] = ["sig1", "sig2", "sig3", "sig4", "sig5"];

/// A field with what the round says of it.
#[derive(Clone, Debug)]
pub(crate) struct RoundField<'a> {
    pub(crate) field: &'a Field,
    /// Its kind or its name is part of this round.
    pub(crate) is_of_round: bool,
    pub(crate) required: bool,
    pub(crate) read_only: bool,
    /// As the file has it, or as the sender set it.
    pub(crate) value: Option<String>,
}

impl RoundField<'_> {
    /// Whether the signer can act on it.
    pub(crate) fn is_open(&self) -> bool {
        !self.read_only && !self.field.is_signed && !self.field.widgets.is_empty()
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
        .map(|field| of_round(field, round))
        .collect()
}

fn of_round<'a>(field: &'a Field, round: &Round) -> RoundField<'a> {
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
            .map(|value| normal(field, &value))
            .or_else(|| field.value.clone()),
    }
}

/// A name's prefix says so, or else the file's own flag (spec section 9.3).
fn is_compulsory(field: &Field) -> bool {
    let name = field.name.rsplit('.').next().unwrap_or(&field.name);
    // Some forms name their fields like the tags, underscores included.
    let name = name.trim_start_matches('_');
    let (compulsory, optional): (&[&str], &[&str]) = match field.kind {
        // What a legacy tag becomes is mandatory as well (section 9.1).
        FieldKind::Signature if LEGACY_TAGS.contains(&name.trim_end_matches('_')) => return true,
        FieldKind::Signature => (&["S"], &["SO"]),
        FieldKind::CheckBox => (&["CR", "CC"], &["CO"]),
        FieldKind::Text => (&["TC"], &["TO"]),
        FieldKind::Radio => (&["RC"], &["RO"]),
        FieldKind::ComboBox | FieldKind::ListBox => (&["CBC"], &["CBO"]),
    };
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    !starts(optional) && (starts(compulsory) || field.required)
}

/// A value as the file's own are told: a check box is `1` or nothing, or one of its states where it
/// has several.
pub(crate) fn normal(field: &Field, value: &str) -> String {
    if field.kind != FieldKind::CheckBox || field.options.iter().any(|one| one.value == value) {
        return value.to_owned();
    }
    let off = ["", "0", "off", "false", "no"];
    if off.contains(&value.trim().to_ascii_lowercase().as_str()) {
        String::new()
    } else {
        CHECKED.to_owned()
    }
}

/// The first value of the sender's that its field cannot take: its place among them, and why.
pub(crate) fn unfit(inspected: &Inspected, round: &Round) -> Option<(usize, Unfit)> {
    round.config.iter().enumerate().find_map(|(at, config)| {
        let value = config.value.as_deref()?;
        let names = |field: &&Field| round::names(&config.name, &field.name);
        let field = inspected.fields.iter().find(names)?;
        field.accepts(value).err().map(|unfit| (at, unfit))
    })
}

/// A code to sign needs something to sign: an open signature field of the round, or the leave to sign anywhere.
pub(crate) fn check_sign_code(
    inspected: &Inspected,
    round: &Round,
    rules: &Rules,
) -> Result<(), InvalidRule> {
    let can_be_signed = || {
        let mut fields = inspected.fields.iter().map(|field| of_round(field, round));
        fields.any(|of_round| of_round.is_signature() && of_round.is_open())
    };
    if rules.sign_code.is_none() || rules.sign_anywhere_enabled || can_be_signed() {
        return Ok(());
    }
    Err(InvalidRule::Alone {
        rule: "signOtp…",
        needs: "a signature field of this round, or signAnywhereEnabled",
    })
}

#[cfg(test)]
mod tests;
