//! Numbers of organisations and of bank accounts.

use super::number;

/// Accounts that ISO 13616's registry and the banks' own pages print as examples.
const SPECIMENS: [&[u8]; 12] = [
    b"GB82WEST12345698765432",
    b"GB29NWBK60161331926819",
    b"GB33BUKB20201555555555",
    b"DE89370400440532013000",
    b"DE91100000000123456789",
    b"FR1420041010050500013M02606",
    b"NL91ABNA0417164300",
    b"BE68539007547034",
    b"CH9300762011623852957",
    b"IT60X0542811101000000123456",
    b"ES9121000418450200051332",
    b"AT611904300234573201",
];

/// Lengths by country, from the registry of ISO 13616.
const COUNTRIES: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 \
    EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 \
    LC32 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 \
    SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";

/// The first four characters go behind the rest, letters count 10 to 35, and the whole is 1 modulo 97.
pub(super) fn iban(account: &[u8]) -> bool {
    let country = COUNTRIES.split_ascii_whitespace().map(|one| one.split_at(2));
    let mut length = country.filter(|(country, _)| account.starts_with(country.as_bytes())).map(|(_, length)| length);
    // A word in capitals may stand right behind it.
    let account = length.next().and_then(|length| account.get(..length.parse().ok()?)).unwrap_or_default();
    let Some((head, rest)) = account.split_at_checked(4) else { return false };
    if SPECIMENS.contains(&account) {
        return false;
    }
    let remainder = rest.iter().chain(head).try_fold(0u32, |sum, byte| match byte {
        b'0'..=b'9' => Some((sum * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((sum * 100 + u32::from(byte - b'A') + 10) % 97),
        _ => None,
    });
    remainder == Some(1) && number(&head[2..]).is_some_and(|check| (2..=98).contains(&check))
}

pub(super) fn social_credit(code: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    if code.len() != 18 || code.iter().all(u8::is_ascii_digit) && code[2..].iter().all(|b| *b == code[2]) {
        return false;
    }
    let mut weight = 1;
    let mut sum = 0;
    for byte in &code[..17] {
        let Some(value) = ALPHABET.iter().position(|a| a == byte) else {
            return false;
        };
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    ALPHABET[(31 - sum % 31) % 31] == code[17]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_have_their_country_s_length_and_remainder() {
        // Made from the registry's examples by moving digits so that the remainder stays: 97 divides 970.
        assert!(iban(b"DE89370400440532013970") && !iban(b"DE89370400440532013971"));
        assert!(!iban(b"DE8937040044053201397"), "too short for its country");
        assert!(!iban(b"ZZ89370400440532013970"), "no country");
        assert!(!iban(b"DE89370400440532013000"), "the registry's example");
    }
}
