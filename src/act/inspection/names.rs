//! Names in an account: opened with the officer's key, masked otherwise; and the accounts of the machine.

use crate::act::audit::Event;
use crate::act::quarantine::Identity;
use crate::model::safe_name;

/// How names are shown.
pub enum ShownNames {
    /// The first letter and the ending, or the beginning of the keyed hash.
    Masked,
    /// As they are, opened with the officer's key where they were sealed.
    Opened(Identity),
}

impl ShownNames {
    /// The name of an event's file.
    pub(super) fn show(&self, event: &Event) -> Option<String> {
        let written = event.name.as_deref()?;
        if let ShownNames::Opened(identity) = self {
            let opened = event.sealed_name.as_deref().and_then(|sealed| identity.unseal_text(sealed).ok());
            if let Some(name) = opened.or_else(|| (!is_keyed(written)).then(|| written.to_string())) {
                return Some(safe_name(&name));
            }
        }
        Some(masked(written))
    }
}

/// Sixteen hexadecimal digits, as a keyed name is written.
fn is_keyed(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn masked(name: &str) -> String {
    if is_keyed(name) {
        return format!("#{}", &name[..8]);
    }
    let first = name.chars().next().map(String::from).unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(stem, ending)| (stem.is_empty(), ending));
    let ending = ending.filter(|(hidden, ending)| !hidden && ending.len() <= 8 && ending.is_ascii());
    format!("{}…{}", safe_name(&first), ending.map(|(_, ending)| safe_name(&format!(".{ending}"))).unwrap_or_default())
}

/// The name of an account, or its number.
pub(super) fn account(uid: u32) -> String {
    crate::disk::account(uid).map_or_else(|| format!("uid {uid}"), |name| safe_name(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_name_shows_its_first_letter_and_its_ending() {
        for (name, wanted) in [
            ("植树通知.docx", "植….docx"),
            ("0123456789abcdef", "#01234567"),
            ("README", "R…"),
            (".hidden", ".…"),
            ("a.机密名称", "a…"),
        ] {
            assert_eq!(masked(name), wanted);
        }
    }
}
