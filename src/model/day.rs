//! A day of the calendar, as packs and policies write the end of an exception: `2027-03-31`.
//! Today is told by whoever reads the clock; this file does not.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// The day of a date.
    pub fn new(date: jiff::civil::Date) -> Self {
        Day(date)
    }

    /// What ends with this day is over today.
    pub fn is_over(self, today: Day) -> bool {
        today > self
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = jiff::civil::Date::strptime("%Y-%m-%d", text.trim());
        day.map(Day).map_err(|_| format!("`{text}` is not a day such as 2027-03-31"))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DayVisitor)
    }
}

/// Takes a text, or a date as TOML writes it without quotes.
struct DayVisitor;

impl<'de> Visitor<'de> for DayVisitor {
    type Value = Day;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day such as \"2027-03-31\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Day, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Day, A::Error> {
        let written = toml::value::Datetime::deserialize(de::value::MapAccessDeserializer::new(map))?;
        written.to_string().parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date", "description": "A day such as 2027-03-31." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Holder {
        day: Day,
    }

    #[test]
    fn a_day_is_written_with_or_without_quotes_and_lasts_to_its_end() {
        for text in ["day = \"2027-02-28\"", "day = 2027-02-28"] {
            let day = toml::from_str::<Holder>(text).expect(text).day;
            assert_eq!(day.to_string(), "2027-02-28");
            let at = |text: &str| text.parse::<Day>().expect(text);
            assert!(!day.is_over(at("2027-02-28")) && day.is_over(at("2027-03-01")));
        }
        for text in ["day = \"2027-02-30\"", "day = 2027-02-28T10:00:00Z", "day = 7"] {
            assert!(toml::from_str::<Holder>(text).is_err(), "{text}");
        }
    }
}
