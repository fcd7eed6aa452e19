//! The door for browsers: which sites are guarded. A site is fit for a tier only when it was tested and approved for
//! it, not because it is called internal: so all are guarded but those that are declared, each with who approved it.

use serde::{Deserialize, Serialize};

use crate::model::{Day, Tier};

/// The door at which browsers and mail programs ask (`mizha browser-host`). What happens to what is not clear is said
/// by `hold`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Browser {
    /// The door is in use; otherwise browsers let everything through.
    pub guard: bool,
    /// Sites that were tested and approved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approved: Vec<Approved>,
}

impl Default for Browser {
    fn default() -> Self {
        Browser { guard: true, approved: Vec::new() }
    }
}

/// A site that was tested and approved for some tiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// The host's name, or `*.` and a name for all hosts below it.
    pub site: String,
    /// What it was approved for. Nothing is looked at on a site that is approved for all tiers.
    pub tiers: Vec<Tier>,
    /// Who approved it, and where that is written.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Day,
}

impl Approved {
    /// It speaks of this host.
    pub fn names(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let site = self.site.to_ascii_lowercase();
        match site.strip_prefix('*') {
            Some(below) => host.len() > below.len() && host.ends_with(below),
            None => host == site,
        }
    }

    /// It is approved for whatever there is.
    pub fn is_for_all(&self) -> bool {
        Tier::ALL.iter().all(|tier| *tier == Tier::Note || self.tiers.contains(tier))
    }

    /// The site is written as a host's name: no scheme, port, path or blank, and a star only before the first dot.
    pub fn is_well_written(&self) -> bool {
        let name = self.site.strip_prefix("*.").unwrap_or(&self.site);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        let is_address = name.starts_with('[') && name.ends_with(']');
        !name.is_empty() && name.chars().all(plain) && (is_address || !name.contains([':', '[', ']']))
    }
}

impl Browser {
    /// The approvals that hold today for this host.
    pub fn approvals(&self, host: &str, today: Day) -> impl Iterator<Item = &Approved> {
        self.approved.iter().filter(move |one| !one.expires.is_over(today) && one.names(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn approved(site: &str) -> Approved {
        let tiers = vec![Tier::Internal];
        Approved { site: site.into(), tiers, reason: "tested".into(), expires: "2026-12-31".parse().expect("a day") }
    }

    #[test]
    fn a_name_speaks_of_itself_and_a_star_of_what_is_below() {
        assert!(approved("oa.example.cn").names("OA.example.cn."));
        assert!(approved("*.example.cn").names("oa.example.cn"));
        for other in ["example.cn", "oa.example.cn.evil.org", "notexample.cn", ""] {
            assert!(!approved("*.example.cn").names(other), "{other}");
        }
    }

    #[test]
    fn only_names_of_hosts_are_well_written() {
        for good in ["oa.example.cn", "*.example.cn", "localhost", "10.0.0.1", "[::1]"] {
            assert!(approved(good).is_well_written(), "{good}");
        }
        for bad in ["", "*", "*.", "https://oa.example.cn", "oa.example.cn/", "oa.example.cn:8080", "a b", "a.*.cn"] {
            assert!(!approved(bad).is_well_written(), "{bad}");
        }
    }

    #[test]
    fn an_approval_ends_with_its_day() {
        let browser = Browser { approved: vec![approved("oa.example.cn")], ..Browser::default() };
        let on = |day: &str| browser.approvals("oa.example.cn", day.parse().expect("a day")).count();
        assert_eq!((on("2026-12-31"), on("2027-01-01")), (1, 0));
        assert!(!browser.approved[0].is_for_all());
    }
}
