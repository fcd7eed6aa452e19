//! What an administrator decides about findings: from which score on they warn or block in which
//! tier and channel, which rules are exempt until when, which formats may pass unread. The rule
//! that a user's own settings only tighten is kept here too.

use serde::{Deserialize, Serialize};

use super::{Day, Format, Severity, Tier};

/// The way by which a text is about to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Channel {
    /// Somebody asks: `mizha scan`.
    #[default]
    Scan,
    /// The text of a message.
    Message,
    /// The clipboard.
    Clipboard,
    /// A gate folder.
    Gate,
    /// A watched folder of no special kind.
    Folder,
    /// A removable drive.
    Removable,
    /// A folder of a chat program.
    Chat,
}

/// The policy, every key optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Other scores from which findings warn or block; later ones stand above earlier ones.
    #[serde(rename = "threshold", skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
    /// Rules that only leave a note.
    #[serde(rename = "exempt", skip_serializing_if = "Vec::is_empty")]
    pub exemptions: Vec<Exemption>,
    /// Formats that may pass although they are not read.
    #[serde(rename = "accept", skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Accepted>,
    /// The user's own thresholds: they count only where they are stricter.
    #[serde(skip)]
    pub tighter: Vec<Threshold>,
}

/// Scores from which findings of some tiers in some channels warn or block.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Threshold {
    /// In these tiers; in all, if none is named.
    pub tiers: Vec<Tier>,
    /// In these channels; in all, if none is named.
    pub channels: Vec<Channel>,
    /// From this score on a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warn: Option<i32>,
    /// From this score on a block; lifts the tier's own ceiling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<i32>,
}

/// A rule that only leaves a note, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// The rule's identifier.
    pub rule: String,
    /// Only this term of a term list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// In these channels; in all, if none is named.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Why, for whoever reads a report.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Day,
}

/// A format that may pass although it is not read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// Its name, as `mizha formats` lists it.
    pub format: Format,
    /// In these channels; in all, if none is named.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Why, for whoever reads a report.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Day,
}

/// The scores that count for one tier in one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scores {
    /// From here on a warning.
    pub warn: i32,
    /// From here on a block.
    pub block: i32,
    /// The hardest verdict the tier may reach.
    pub ceiling: Severity,
}

impl Threshold {
    fn concerns(&self, tier: Tier, channel: Channel) -> bool {
        (self.tiers.is_empty() || self.tiers.contains(&tier)) && is_among(&self.channels, channel)
    }
}

impl Policy {
    /// The scores for a tier in a channel; `usual` are those without a policy.
    pub fn scores(&self, tier: Tier, channel: Channel, usual: Scores) -> Scores {
        let mut scores = usual;
        for threshold in self.thresholds.iter().filter(|one| one.concerns(tier, channel)) {
            scores.warn = threshold.warn.unwrap_or(scores.warn);
            if let Some(block) = threshold.block {
                scores = Scores { block, ceiling: Severity::Block, ..scores };
            }
        }
        for threshold in self.tighter.iter().filter(|one| one.concerns(tier, channel)) {
            scores.warn = threshold.warn.map_or(scores.warn, |warn| warn.min(scores.warn));
            if let Some(block) = threshold.block {
                let block = if scores.ceiling == Severity::Block { block.min(scores.block) } else { block };
                scores = Scores { block, ceiling: Severity::Block, ..scores };
            }
        }
        scores
    }

    /// The exemption that holds today for a finding.
    pub fn exempt(
        &self,
        rule: &str,
        term: Option<&str>,
        channel: Channel,
        today: impl Fn() -> Day,
    ) -> Option<&Exemption> {
        self.exemptions.iter().find(|one| {
            one.rule == rule
                && (one.term.is_none() || one.term.as_deref() == term)
                && is_among(&one.channels, channel)
                && !one.expires.is_over(today())
        })
    }

    /// The format may pass unread today.
    pub fn accepts(&self, format: Format, channel: Channel, today: impl Fn() -> Day) -> Option<&Accepted> {
        self.accepted
            .iter()
            .find(|one| one.format == format && is_among(&one.channels, channel) && !one.expires.is_over(today()))
    }

    /// The user's own policy under an administrator's: only what is stricter counts.
    #[must_use]
    pub fn under(self, administrator: Policy) -> Policy {
        Policy { tighter: [administrator.tighter.clone(), self.thresholds, self.tighter].concat(), ..administrator }
    }
}

fn is_among(channels: &[Channel], channel: Channel) -> bool {
    channels.is_empty() || channels.contains(&channel)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Scores = Scores { warn: 50, block: 80, ceiling: Severity::Warn };

    fn policy(text: &str) -> Policy {
        toml::from_str(text).expect(text)
    }

    #[test]
    fn thresholds_go_by_tier_and_channel_and_the_last_word_counts() {
        let policy = policy(
            "[[threshold]]\ntiers = [\"internal\"]\nblock = 60\n\
             [[threshold]]\ntiers = [\"internal\"]\nchannels = [\"chat\"]\nwarn = 30\n",
        );
        let chat = policy.scores(Tier::Internal, Channel::Chat, USUAL);
        assert_eq!(chat, Scores { warn: 30, block: 60, ceiling: Severity::Block });
        assert_eq!(policy.scores(Tier::Internal, Channel::Gate, USUAL).warn, 50);
        assert_eq!(policy.scores(Tier::Personal, Channel::Chat, USUAL), USUAL);
    }

    #[test]
    fn a_user_only_tightens() {
        let own = policy(
            "[[threshold]]\nwarn = 90\nblock = 200\n[[threshold]]\nwarn = 25\n\
             [[exempt]]\nrule = \"a\"\nreason = \"mine\"\nexpires = \"2099-01-01\"\n\
             [[accept]]\nformat = \"pdf\"\nreason = \"mine\"\nexpires = \"2099-01-01\"\n",
        );
        let both = own.under(policy("[[threshold]]\nwarn = 40\nblock = 70\n"));
        assert_eq!(
            both.scores(Tier::Secret, Channel::Gate, USUAL),
            Scores { warn: 25, block: 70, ceiling: Severity::Block }
        );
        let today = || "2026-01-01".parse().expect("a day");
        assert!(both.exempt("a", None, Channel::Gate, today).is_none(), "an exemption of the user's own");
        assert!(both.accepts(Format::Pdf, Channel::Gate, today).is_none());
    }

    #[test]
    fn an_exemption_ends_with_its_day_and_keeps_to_its_term() {
        let policy = policy("[[exempt]]\nrule = \"a\"\nterm = \"7\"\nreason = \"r\"\nexpires = 2026-06-30\n");
        let day = |text: &str| text.parse().expect(text);
        assert!(policy.exempt("a", Some("7"), Channel::Gate, || day("2026-06-30")).is_some());
        assert!(policy.exempt("a", Some("7"), Channel::Gate, || day("2026-07-01")).is_none());
        assert!(policy.exempt("a", Some("8"), Channel::Gate, || day("2026-06-30")).is_none());
        assert!(policy.exempt("a", None, Channel::Gate, || day("2026-06-30")).is_none());
    }
}
