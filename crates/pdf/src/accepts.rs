//! Whether a field can take a value, asked before the value is accepted from anybody.

use super::inspect::{Field, FieldKind};
use super::text::unwritable_character;

/// Why a field cannot take a value. `Display` goes on from "The field … ".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("is signed, not filled in")]
    Signature,
    #[error("takes at most {0} characters")]
    TooLong(usize),
    #[error("is on (1) or off (0)")]
    NotAState,
    #[error("takes one of its options only")]
    NotAnOption,
    #[error("cannot show the character {0}")]
    Unwritable(char),
}

impl Field {
    /// Whether [`seal`](crate::seal) would write this value into the field.
    pub fn accepts(&self, value: &str) -> Result<(), Unfit> {
        let is_option = || {
            self.options
                .iter()
                .any(|option| option.value == value || option.label == value)
        };
        match self.kind {
            FieldKind::Signature => Err(Unfit::Signature),
            FieldKind::CheckBox => {
                let said = value.trim().to_ascii_lowercase();
                let is_state = ["", "0", "1", "true", "false", "on", "off", "yes", "no"]
                    .contains(&said.as_str());
                if is_state || is_option() {
                    Ok(())
                } else {
                    Err(Unfit::NotAState)
                }
            }
            FieldKind::Radio if value.is_empty() || value == "Off" || is_option() => Ok(()),
            FieldKind::ComboBox | FieldKind::ListBox if is_option() => self.can_show(value),
            FieldKind::ComboBox | FieldKind::ListBox
                if value.is_empty() || self.takes_other_values || self.options.is_empty() =>
            {
                self.can_show(value)
            }
            FieldKind::Radio | FieldKind::ComboBox | FieldKind::ListBox => Err(Unfit::NotAnOption),
            FieldKind::Text => match self.max_length {
                Some(most) if most < value.chars().count() => Err(Unfit::TooLong(most)),
                _ => self.can_show(value),
            },
        }
    }

    /// A choice shows the label of what was chosen, a list all of its labels.
    fn can_show(&self, value: &str) -> Result<(), Unfit> {
        let chosen = self.options.iter().find(|option| option.value == value);
        let own = unwritable_character(chosen.map_or(value, |option| &option.label));
        let others = || {
            self.options
                .iter()
                .filter(|_| self.kind == FieldKind::ListBox)
                .find_map(|option| unwritable_character(&option.label))
        };
        own.or_else(others)
            .map_or(Ok(()), |character| Err(Unfit::Unwritable(character)))
    }
}
