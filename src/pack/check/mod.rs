//! Computations that a number or a token must pass before it counts: check digits of identity
//! and bank cards and the like. Pure arithmetic on what a pattern captured; what is asked of which
//! kind is in the files below.

mod account;
mod card;
mod person;
mod secret;

use serde::{Deserialize, Serialize};

/// A named computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// PRC citizen identification number: province, date and ISO 7064 MOD 11-2 (GB 11643-1999).
    CitizenId,
    /// PRC identity number of 15 digits, as issued until 1999: province and date, no check digit.
    OldCitizenId,
    /// Hong Kong identity card number: check digit modulo 11.
    HongKongId,
    /// Taiwan identity or resident number: check digit modulo 10.
    TaiwanId,
    /// Social security number (US): areas, groups and serials that are issued, none of the printed specimens.
    SocialSecurity,
    /// Payment card number of 16 to 19 digits, or written in groups: issuer and Luhn check digit (ISO/IEC 7812-1).
    PaymentCard,
    /// Payment card number of any length that some issuer uses: only where a word says that it is one.
    ShortCard,
    /// International bank account number: country, length, MOD 97 (ISO 13616).
    Iban,
    /// Unified social credit code: MOD 31 check character (GB 32100-2015).
    SocialCredit,
    /// Machine-readable zone of a passport: check digits with weights 7-3-1 (ICAO Doc 9303).
    PassportMrz,
    /// A token random enough to be real: at least 3 bits a character, no placeholder word.
    Token,
    /// A token of letters and digits that stands behind its name and is no name itself.
    Key,
    /// A password somebody uses: neither a placeholder nor a name, a path or an expression of a program.
    Password,
    /// Base64 of `user:password` with such a password (RFC 7617).
    BasicAuth,
}

impl Check {
    /// Whether `text` passes.
    pub fn passes(self, text: &str) -> bool {
        match self {
            Check::CitizenId => person::citizen_id(&compact(text)),
            Check::OldCitizenId => person::old_citizen_id(&compact(text)),
            Check::HongKongId => person::hong_kong_id(&compact(text)),
            Check::TaiwanId => person::taiwan_id(&compact(text)),
            Check::SocialSecurity => person::social_security(&compact(text)),
            Check::PassportMrz => person::passport_mrz(text.as_bytes()),
            Check::PaymentCard => card::is_card(&compact(text), text.contains([' ', '-'])),
            Check::ShortCard => card::is_short_card(&compact(text)),
            Check::Iban => account::iban(&compact(text)),
            Check::SocialCredit => account::social_credit(&compact(text)),
            Check::Token => secret::is_token(text),
            Check::Key => secret::is_key(text),
            Check::Password => secret::is_password(text),
            Check::BasicAuth => secret::is_basic_auth(text),
        }
    }
}

/// The letters and digits of a number written with blanks or hyphens, in upper case.
fn compact(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_uppercase()).collect()
}

fn digit(byte: u8) -> Option<u32> {
    (byte as char).to_digit(10)
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |sum, b| Some(sum * 10 + digit(*b)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_and_neighbours_fail() {
        for (check, good, bad) in [
            // GB 11643-1999 and GB 32100-2015 print these two.
            (Check::CitizenId, "11010519491231002X", "110105194912310021"),
            (Check::SocialCredit, "91350100M000100Y43", "91350100M000100Y44"),
            // Invented; the check digits worked out by hand. The neighbour is no issuer's number.
            (Check::PaymentCard, "6222 0000 0004 8008", "9999999999999995"),
            (Check::PaymentCard, "4539 1488 0343 6467", "4539 1488 0343 6468"),
            // ICAO Doc 9303 part 4, specimen.
            (
                Check::PassportMrz,
                "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
                "L898902C37UTO7408122F1204159ZE184226B<<<<<10",
            ),
            (Check::Token, "ghp_a8Fk29dLq0ZxWv7RtY3uB6nC1mPsEoIj4KhG", "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ] {
            assert!(check.passes(good), "{good}");
            assert!(!check.passes(bad), "{bad}");
        }
        // The best-known test number: right by Luhn, but two different digits are not a card.
        assert!(!Check::PaymentCard.passes("4111 1111 1111 1111"));
    }
}
