//! Payment cards: which numbers an issuer gives out, how long they are, and the check digit of Luhn.
//! A number of 15 digits and less has so little in it that it counts only in groups, or beside a word.

use super::{digit, number};

/// Numbers that payment services print for tests; right in every digit, and nobody's.
const TESTS: [&str; 34] = [
    "4242424242424242",
    "4012888888881881",
    "4000056655665556",
    "4000002500003155",
    "4917610000000000",
    "4005519200000004",
    "4009348888881881",
    "4012000033330026",
    "4012000077777777",
    "4217651111111119",
    "4500600000000061",
    "5105105105105100",
    "5200828282828210",
    "5454545454545454",
    "5425233430109903",
    "5431111111111111",
    "2223003122003222",
    "2223000048400011",
    "2223000010309703",
    "2222420000001113",
    "6011000990139424",
    "6011000000000004",
    "6011601160116611",
    "6445644564456445",
    "3530111333300000",
    "3566002020360505",
    "3569990010095841",
    "378282246310005",
    "371449635398431",
    "378734493671000",
    "30569309025904",
    "38520000023237",
    "36227206271667",
    "6200000000000005",
];

/// First digits, from and to, and lengths, from and to.
type Range = (u32, u32, usize, usize);

/// Issuers whose numbers are long: UnionPay, Visa, Mastercard (51 to 55 and, since 2017, 2221 to 2720), JCB,
/// Discover, Mir, and the Industrial and Commercial Bank of China's own from before UnionPay.
const LONG: [Range; 11] = [
    (620_000, 629_999, 16, 19),
    (400_000, 499_999, 16, 16),
    (510_000, 559_999, 16, 16),
    (222_100, 272_099, 16, 16),
    (352_800, 358_999, 16, 19),
    (601_100, 601_199, 16, 19),
    (644_000, 649_999, 16, 19),
    (650_000, 659_999, 16, 19),
    (220_000, 220_499, 16, 19),
    (955_800, 955_899, 19, 19),
    (810_000, 817_199, 16, 19),
];

/// Issuers whose numbers are short or of any length: American Express, Diners Club, Maestro, Visa of old.
const SHORT: [Range; 9] = [
    (340_000, 349_999, 15, 15),
    (370_000, 379_999, 15, 15),
    (300_000, 305_999, 14, 19),
    (309_500, 309_599, 14, 19),
    (360_000, 369_999, 14, 19),
    (380_000, 399_999, 14, 19),
    (500_000, 509_999, 12, 19),
    (560_000, 589_999, 12, 19),
    (630_400, 639_099, 12, 19),
];

/// A long number, or a short one that is written in the groups that its issuer prints.
pub(super) fn is_card(card: &[u8], in_groups: bool) -> bool {
    let issuer = issued(&LONG, card) || in_groups && card.len() >= 14 && issued(&SHORT, card);
    issuer && is_real(card)
}

/// A number of any issuer.
pub(super) fn is_short_card(card: &[u8]) -> bool {
    (issued(&SHORT, card) || issued(&[(675_900, 677_999, 12, 19)], card)) && is_real(card)
}

fn issued(ranges: &[Range], card: &[u8]) -> bool {
    let Some(first) = card.get(..6).and_then(number) else { return false };
    ranges
        .iter()
        .any(|(from, to, least, most)| (*from..=*to).contains(&first) && (*least..=*most).contains(&card.len()))
}

/// Right by Luhn, of more than two different digits, and not printed for tests.
fn is_real(card: &[u8]) -> bool {
    let mut seen = [false; 10];
    let mut sum = 0;
    for (place, byte) in card.iter().rev().enumerate() {
        let Some(value) = digit(*byte) else { return false };
        seen[value as usize] = true;
        let doubled = if place % 2 == 1 { value * 2 } else { value };
        sum += doubled / 10 + doubled % 10;
    }
    sum % 10 == 0 && seen.iter().filter(|s| **s).count() > 2 && !TESTS.iter().any(|test| test.as_bytes() == card)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number with the check digit of Luhn behind it.
    fn with_check(body: &str) -> Vec<u8> {
        let all = (0..10).map(|check| format!("{body}{check}").into_bytes());
        let sum = |card: &[u8]| {
            card.iter()
                .rev()
                .enumerate()
                .map(|(at, b)| {
                    let value = u32::from(b - b'0') * if at % 2 == 1 { 2 } else { 1 };
                    value / 10 + value % 10
                })
                .sum::<u32>()
        };
        all.into_iter().find(|card| sum(card) % 10 == 0).expect("a check digit")
    }

    #[test]
    fn each_scheme_s_numbers_are_known() {
        for long in [
            "622202100011223",
            "622202100011223344",
            "222100730011223",
            "272099730011223",
            "353100730011223",
            "601123730011223",
            "655023730011223",
            "955880210001122334",
            "453914880343646",
            "530123730011223",
        ] {
            assert!(is_card(&with_check(long), false), "{long}");
        }
        for short in ["34567300112233", "3600730011223", "50187300112233", "67597300112233"] {
            assert!(!is_card(&with_check(short), false), "{short}: chance is too likely");
            assert!(is_short_card(&with_check(short)), "{short}");
        }
        assert!(is_card(&with_check("34567300112233"), true));
        for foreign in ["272100730011223", "112233445566778", "955180210001122334", "453914880343"] {
            assert!(!is_card(&with_check(foreign), false), "{foreign}");
        }
    }

    #[test]
    fn numbers_printed_for_tests_are_nobody_s() {
        for test in TESTS {
            assert!(!is_card(test.as_bytes(), true) && !is_short_card(test.as_bytes()), "{test}");
        }
    }
}
