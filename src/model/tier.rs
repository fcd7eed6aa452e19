//! Tiers: what kind of thing was found, from state secrets down to a mere note.

use serde::{Deserialize, Serialize};

use super::{Lang, Severity};

/// The tier of a rule or a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tier {
    /// Shown in the report only.
    Note,
    /// Data about people.
    Personal,
    /// Keys, tokens, passwords.
    Credential,
    /// Internal sensitive information (内部敏感信息).
    Internal,
    /// Work secrets (工作秘密) and controlled unclassified information.
    WorkSecret,
    /// State secret, third level: 秘密, CONFIDENTIAL.
    Confidential,
    /// State secret, second level: 机密, SECRET.
    Secret,
    /// State secret, first level: 绝密, TOP SECRET.
    TopSecret,
}

impl Tier {
    /// Every tier, mildest first.
    pub const ALL: [Tier; 8] = [
        Tier::Note,
        Tier::Personal,
        Tier::Credential,
        Tier::Internal,
        Tier::WorkSecret,
        Tier::Confidential,
        Tier::Secret,
        Tier::TopSecret,
    ];

    /// The word used in JSON and in packs.
    pub fn as_str(self) -> &'static str {
        match self {
            Tier::Note => "note",
            Tier::Personal => "personal",
            Tier::Credential => "credential",
            Tier::Internal => "internal",
            Tier::WorkSecret => "work-secret",
            Tier::Confidential => "confidential",
            Tier::Secret => "secret",
            Tier::TopSecret => "top-secret",
        }
    }

    /// The word a reader expects.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Tier::Note => lang.pick("note", "提示"),
            Tier::Personal => lang.pick("personal data", "个人信息"),
            Tier::Credential => lang.pick("credential", "密钥口令"),
            Tier::Internal => lang.pick("internal", "内部敏感信息"),
            Tier::WorkSecret => lang.pick("work secret", "工作秘密"),
            Tier::Confidential => lang.pick("state secret, confidential", "秘密级国家秘密"),
            Tier::Secret => lang.pick("state secret, secret", "机密级国家秘密"),
            Tier::TopSecret => lang.pick("state secret, top secret", "绝密级国家秘密"),
        }
    }

    /// The hardest verdict a finding of this tier may reach by default: internal sensitive
    /// information asks a person to confirm, a note never does.
    pub fn ceiling(self) -> Severity {
        match self {
            Tier::Note => Severity::Note,
            Tier::Internal => Severity::Warn,
            _ => Severity::Block,
        }
    }
}
