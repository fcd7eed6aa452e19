//! What is wrong with an installed pack without keeping it from working, or how far one had to
//! go back. Told by `mizha status`, `mizha pack list` and every scan that meets it.

use crate::model::Lang;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreProblem {
    /// Past its end, and still in force.
    Stale {
        /// The pack.
        id: String,
        /// Its sequence.
        sequence: u64,
        /// Its end.
        expired: String,
    },
    /// Signed with a key that is no longer trusted, and still in force.
    OldKey {
        /// The pack.
        id: String,
    },
    /// The last one cannot be used; the one before is in force.
    WentBack {
        /// The pack.
        id: String,
        /// The sequence in force.
        to: u64,
        /// Why.
        why: String,
    },
    /// None of it can be used.
    Lost {
        /// The pack.
        id: String,
        /// Why.
        why: String,
    },
    /// Left out: what it holds is in another pack already.
    LeftOut {
        /// The pack.
        id: String,
        /// Why.
        why: String,
    },
}

impl StoreProblem {
    /// In words: what, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            StoreProblem::Stale { id, sequence, expired } => lang.pick(
                format!("pack {id} (sequence {sequence}) expired on {expired}; it keeps working, but ask for a newer one"),
                format!("规则包 {id}（序号 {sequence}）已于 {expired} 过期，仍继续使用，请索取新的规则包"),
            ),
            StoreProblem::OldKey { id } => lang.pick(
                format!("pack {id} is signed with a key that is no longer trusted; it keeps working, but have it signed anew"),
                format!("规则包 {id} 的签名密钥已不在可信公钥之列，仍继续使用，请用现行密钥重新签名"),
            ),
            StoreProblem::WentBack { id, to, why } => lang.pick(
                format!("pack {id} cannot be used, sequence {to} is in force instead: {why}; install it again"),
                format!("规则包 {id} 无法使用，已改用序号 {to}：{why}；请重新安装"),
            ),
            StoreProblem::Lost { id, why } => lang.pick(
                format!("pack {id} cannot be used and nothing of it is in force: {why}; install it again"),
                format!("规则包 {id} 无法使用，其规则未生效：{why}；请重新安装"),
            ),
            StoreProblem::LeftOut { id, why } => lang.pick(
                format!("pack {id} is left out: {why}"),
                format!("未使用规则包 {id}：{why}"),
            ),
        }
    }
}
