//! The period of an account: from a day, or a number of days or hours ago, until a day or now.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Serialize, Serializer};

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The beginning.
    #[serde(serialize_with = "instant")]
    pub from: Timestamp,
    /// The end.
    #[serde(serialize_with = "instant")]
    pub to: Timestamp,
}

fn instant<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

impl Period {
    /// The period these words name: `7d`, `24h`, `4w` or a day such as 2026-11-01, and the last day or none for now.
    pub fn parse(since: &str, until: Option<&str>, now: Timestamp) -> Option<Self> {
        let zone = TimeZone::system();
        let from = match ago(since) {
            Some(span) => now.to_zoned(zone.clone()).checked_sub(span).ok()?.timestamp(),
            None => day(since)?.to_zoned(zone.clone()).ok()?.timestamp(),
        };
        let to = match until {
            None => now,
            // To the end of that day.
            Some(text) => day(text)?.tomorrow().ok()?.to_zoned(zone).ok()?.timestamp(),
        };
        (from < to).then_some(Period { from, to })
    }

    /// The instant lies in it.
    pub fn holds(&self, time: Timestamp) -> bool {
        self.from <= time && time < self.to
    }
}

fn day(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text.trim()).ok()
}

fn ago(text: &str) -> Option<Span> {
    let (number, unit) = text.trim().split_at_checked(text.trim().len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok().filter(|number| (1..=36_500).contains(number))?;
    match unit {
        "h" => Span::new().try_hours(number).ok(),
        "d" => Span::new().try_days(number).ok(),
        "w" => Span::new().try_weeks(number).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_number_of_days_or_two_days() {
        let now: Timestamp = "2026-11-28T03:00:00Z".parse().expect("a time");
        let hours = |since| {
            let period = Period::parse(since, None, now).expect(since);
            assert_eq!(period.to, now);
            (period.to.as_second() - period.from.as_second()) / 3600
        };
        assert_eq!((hours("24h"), hours("7d"), hours("2w")), (24, 7 * 24, 14 * 24));
        let november = Period::parse("2026-11-01", Some("2026-11-27"), now).expect("two days");
        assert_eq!((november.to.as_second() - november.from.as_second()) / 3600, 27 * 24);
        assert!(november.holds(november.from) && !november.holds(november.to));
        for (since, until) in [("7", None), ("0d", None), ("-3d", None), ("x", None), ("机", None), ("", None)] {
            assert_eq!(Period::parse(since, until, now), None, "{since}");
        }
        assert_eq!(Period::parse("2026-11-20", Some("2026-11-19"), now), None);
        assert_eq!(Period::parse("2026-11-20", Some("yesterday"), now), None);
    }
}
