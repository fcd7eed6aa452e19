//! Times for people: an instant in UTC, as records have it, shown as the clock on the wall had it.

/// The time on the wall; what is no time stays as it is.
pub fn local_time(time: &str) -> String {
    let zone = jiff::tz::TimeZone::system();
    let parsed = time.parse::<jiff::Timestamp>();
    parsed.map_or(time.to_string(), |time| time.to_zoned(zone).strftime("%F %T").to_string())
}
