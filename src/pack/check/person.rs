//! Numbers of persons: identity cards, social security, passports.

use super::{digit, number};

/// Provinces and regions of GB/T 2260 that stand at the beginning of an identity number.
const PROVINCES: [u32; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];

pub(super) fn citizen_id(id: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if id.len() != 18 || !has_province(id) {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (number(&id[6..10]), number(&id[10..12]), number(&id[12..14])) else {
        return false;
    };
    if !(1900..2100).contains(&year) || !is_date(year, month, day) {
        return false;
    }
    let Some(sum) = id[..17].iter().zip(WEIGHTS).try_fold(0, |sum, (b, w)| Some(sum + digit(*b)? * w)) else {
        return false;
    };
    id[17] == b"10X98765432"[(sum % 11) as usize]
}

/// The form of before 1999: region, date with a year of two digits, serial.
pub(super) fn old_citizen_id(id: &[u8]) -> bool {
    if id.len() != 15 || !has_province(id) {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (number(&id[6..8]), number(&id[8..10]), number(&id[10..12])) else {
        return false;
    };
    is_date(1900 + year, month, day)
}

fn has_province(id: &[u8]) -> bool {
    number(&id[..2]).is_some_and(|province| PROVINCES.contains(&province))
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// One or two letters, six digits, check digit: weights 9 to 2, a missing first letter counts 36, modulo 11.
pub(super) fn hong_kong_id(id: &[u8]) -> bool {
    let letters = id.iter().take_while(|b| b.is_ascii_uppercase()).count();
    // The number every form prints as its sample.
    if !(1..=2).contains(&letters) || id.len() != letters + 7 || id == b"A1234563" {
        return false;
    }
    let value = |b: u8| match b {
        b'0'..=b'9' => Some(u32::from(b - b'0')),
        b'A'..=b'Z' => Some(u32::from(b - b'A') + 10),
        _ => None,
    };
    let first = if letters == 1 { 36 * 9 } else { 0 };
    let weights = (2..=if letters == 1 { 8 } else { 9 }).rev();
    let (body, check) = id.split_at(id.len() - 1);
    let Some(sum) = body.iter().zip(weights).try_fold(first, |sum, (b, w)| Some(sum + value(*b)? * w)) else {
        return false;
    };
    value(check[0]).is_some_and(|check| check <= 10 && (sum + check).is_multiple_of(11))
}

/// A letter with the value of its county, nine digits, weights 1 9 8 7 6 5 4 3 2 1 1, modulo 10.
pub(super) fn taiwan_id(id: &[u8]) -> bool {
    /// Values of A to Z.
    const COUNTIES: [u32; 26] =
        [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33];
    if id.len() != 10 || !id[0].is_ascii_uppercase() || !matches!(id[1], b'1' | b'2' | b'8' | b'9') {
        return false;
    }
    // The number every form prints as its sample.
    if id == b"A123456789" {
        return false;
    }
    let county = COUNTIES[usize::from(id[0] - b'A')];
    let first = county / 10 + county % 10 * 9;
    let weights = [8, 7, 6, 5, 4, 3, 2, 1, 1];
    let sum = id[1..].iter().zip(weights).try_fold(first, |sum, (b, w)| Some(sum + digit(*b)? * w));
    sum.is_some_and(|sum| sum.is_multiple_of(10))
}

/// Areas 000, 666 and from 900 on, group 00 and serial 0000 are never issued; some were printed as samples.
pub(super) fn social_security(number: &[u8]) -> bool {
    const SPECIMENS: [&[u8]; 4] = [b"078051120", b"219099999", b"123456789", b"111111111"];
    let [a, b, c, d, e, rest @ ..] = number else { return false };
    rest.len() == 4
        && [*a, *b, *c] != *b"000"
        && [*a, *b, *c] != *b"666"
        && *a < b'9'
        && [*d, *e] != *b"00"
        && rest != b"0000"
        && !SPECIMENS.contains(&number)
        && !number.iter().all(|b| b == a)
}

/// Checks the second line of a passport's zone: number, birth date, expiry, and the composite.
pub(super) fn passport_mrz(line: &[u8]) -> bool {
    let value = |b: u8| match b {
        b'0'..=b'9' => Some(u32::from(b - b'0')),
        b'A'..=b'Z' => Some(u32::from(b - b'A') + 10),
        b'<' => Some(0),
        _ => None,
    };
    let sum = |parts: &[&[u8]]| {
        parts
            .iter()
            .flat_map(|part| part.iter())
            .zip([7, 3, 1].iter().cycle())
            .try_fold(0, |sum, (b, w)| Some(sum + value(*b)? * w))
            .map(|sum| sum % 10)
    };
    if line.len() != 44 {
        return false;
    }
    let agrees = |parts: &[&[u8]], at: usize| sum(parts).is_some_and(|s| digit(line[at]) == Some(s));
    agrees(&[&line[0..9]], 9)
        && agrees(&[&line[13..19]], 19)
        && agrees(&[&line[21..27]], 27)
        && agrees(&[&line[0..10], &line[13..20], &line[21..43]], 43)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_must_exist() {
        assert!(is_date(2000, 2, 29) && !is_date(1900, 2, 29) && !is_date(2024, 13, 1) && !is_date(2024, 4, 31));
    }

    #[test]
    fn check_digits_of_identity_cards() {
        // Z683365: 36*9 + 35*8 + 6*7 + 8*6 + 3*5 + 3*4 + 6*3 + 5*2 = 749 = 68*11 + 1, check 10, written A.
        assert!(hong_kong_id(b"Z683365A") && !hong_kong_id(b"Z6833659"));
        // AB987654: 10*9 + 11*8 + 9*7 + 8*6 + 7*5 + 6*4 + 5*3 + 4*2 = 371 = 33*11 + 8, check 3.
        assert!(hong_kong_id(b"AB9876543") && !hong_kong_id(b"AB9876544"));
        assert!(!hong_kong_id(b"A1234563"), "the sample on forms");
        // F = 15: 1 + 45, then 1*8 + 3*7 + 1*6 + 1*5 + 0*4 + 4*3 + 0*2 + 9*1 = 61, 107, check 3.
        assert!(taiwan_id(b"F131104093") && !taiwan_id(b"F131104094"));
        assert!(!taiwan_id(b"A123456789"), "the sample on forms");
    }

    #[test]
    fn numbers_that_were_never_issued() {
        assert!(social_security(b"536221874"));
        for bad in [b"000221874", b"666221874", b"936221874", b"536001874", b"536220000", b"078051120"] {
            assert!(!social_security(bad));
        }
        assert!(old_citizen_id(b"110105491231002"));
        assert!(!old_citizen_id(b"110105491331002") && !old_citizen_id(b"990105491231002"));
    }
}
