//! Why a pack from elsewhere is not taken. Every attack has its own message, and says what to do.

use super::Version;
use crate::model::Lang;

/// Why a pack is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackRefusal {
    /// Not a pack file, or damaged.
    Container(String),
    /// The manifest is none, or has wrong values.
    Manifest(String),
    /// The signature file is none.
    Signature,
    /// No trusted key is configured.
    NoKeys,
    /// A trusted key in the configuration is none.
    BadKey(String),
    /// Signed with a key that is not trusted.
    WrongKey(String),
    /// The trusted key did not sign this.
    Forged,
    /// The signature's comment was changed.
    Comment,
    /// The signature belongs to another manifest.
    Mixed,
    /// A file is not the one the manifest names.
    Swapped(String),
    /// A file the manifest names is missing.
    Missing(String),
    /// A file the manifest does not name.
    Unlisted(String),
    /// An older sequence than the one had before.
    Rollback {
        /// The sequence offered.
        offered: u64,
        /// The highest had so far.
        had: u64,
    },
    /// Below the floor: an old pack offered to a machine that has none yet.
    Floor {
        /// The sequence offered.
        offered: u64,
        /// The floor.
        floor: u64,
    },
    /// Another pack with the same sequence.
    Twice(u64),
    /// Past its end.
    Expired(String),
    /// The source still offers what is installed, and that is past its end.
    Frozen {
        /// The sequence.
        sequence: u64,
        /// Its end.
        expired: String,
    },
    /// Issued in the future: a wrong clock here, or at the signer's.
    Early(String),
    /// The program is too old for it.
    Engine(Version),
    /// Rolled back here before.
    RolledBack(u64),
    /// Its rules are not valid or do not keep their word.
    Rules(String),
}

impl PackRefusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            PackRefusal::Container(_) => "T001",
            PackRefusal::Manifest(_) => "T002",
            PackRefusal::Signature => "T003",
            PackRefusal::NoKeys => "T004",
            PackRefusal::BadKey(_) => "T005",
            PackRefusal::WrongKey(_) => "T006",
            PackRefusal::Forged => "T007",
            PackRefusal::Comment => "T008",
            PackRefusal::Mixed => "T009",
            PackRefusal::Swapped(_) => "T010",
            PackRefusal::Missing(_) => "T011",
            PackRefusal::Unlisted(_) => "T012",
            PackRefusal::Rollback { .. } => "T013",
            PackRefusal::Floor { .. } => "T014",
            PackRefusal::Twice(_) => "T015",
            PackRefusal::Expired(_) => "T016",
            PackRefusal::Frozen { .. } => "T017",
            PackRefusal::Early(_) => "T018",
            PackRefusal::Engine(_) => "T019",
            PackRefusal::RolledBack(_) => "T020",
            PackRefusal::Rules(_) => "T021",
        }
    }

    /// What it is and what to do, with the code.
    pub fn message(&self, lang: Lang) -> String {
        let (en, zh) = self.words();
        format!("{}: {}", self.code(), lang.pick(en, zh))
    }

    fn words(&self) -> (String, String) {
        let words = |en: &str, zh: &str| (en.to_string(), zh.to_string());
        match self {
            PackRefusal::Container(why) => (
                format!("not a pack file, or damaged ({why}); fetch it again"),
                format!("不是规则包文件或已损坏（{why}），请重新获取"),
            ),
            PackRefusal::Manifest(why) => {
                (format!("the manifest cannot be used: {why}"), format!("清单无法使用：{why}"))
            }
            PackRefusal::Signature => words("the signature file is missing or damaged", "签名文件缺失或已损坏"),
            PackRefusal::NoKeys => words(
                "no trusted key is configured: put the officer's public key into packs.keys of /etc/mizha/config.toml",
                "尚未配置可信公钥：请把保密管理员的公钥写入 /etc/mizha/config.toml 的 packs.keys",
            ),
            PackRefusal::BadKey(key) => (
                format!("packs.keys: `{key}` is no minisign public key"),
                format!("packs.keys：“{key}”不是 minisign 公钥"),
            ),
            PackRefusal::WrongKey(id) => (
                format!(
                    "signed with the key {id}, which is not trusted here; ask the officer whether the key was changed"
                ),
                format!("签名密钥 {id} 不在可信公钥之列，请向保密管理员核实是否更换了密钥"),
            ),
            PackRefusal::Forged => words(
                "the trusted key did not sign this: the manifest or the signature was changed; do not use it",
                "不是可信密钥的签名：清单或签名已被改动，请勿使用",
            ),
            PackRefusal::Comment => words(
                "the signature's comment was changed after signing; do not use it",
                "签名注释在签名后被改动，请勿使用",
            ),
            PackRefusal::Mixed => words(
                "manifest and signature come from two different packs; do not use it",
                "清单与签名来自两个不同的规则包，请勿使用",
            ),
            PackRefusal::Swapped(name) => (
                format!("{name} is not the file that was signed: it was exchanged or damaged"),
                format!("{name} 不是签名时的文件：已被替换或损坏"),
            ),
            PackRefusal::Missing(name) => {
                (format!("{name}, named in the manifest, is missing"), format!("缺少清单所列文件 {name}"))
            }
            PackRefusal::Unlisted(name) => (
                format!("{name} is not named in the manifest: somebody added it"),
                format!("{name} 不在清单之内，系事后加入"),
            ),
            PackRefusal::Rollback { offered, had } => (
                format!(
                    "sequence {offered} is older than {had}, which this machine has had; to go back on purpose: mizha pack rollback"
                ),
                format!("序号 {offered} 早于本机已有的 {had}；确需退回请用 mizha pack rollback"),
            ),
            PackRefusal::Floor { offered, floor } => (
                format!(
                    "sequence {offered} is below the floor of {floor}: an outdated pack is being offered to a new machine"
                ),
                format!("序号 {offered} 低于下限 {floor}：有人向新装机器提供过时的规则包"),
            ),
            PackRefusal::Twice(sequence) => (
                format!(
                    "two different packs carry the sequence {sequence}; one of them is not the officer's: have the signing key checked"
                ),
                format!("序号 {sequence} 出现两个不同的规则包，其中之一并非保密管理员所签，请检查签名密钥是否失窃"),
            ),
            PackRefusal::Expired(when) => (
                format!("expired on {when}; ask the officer for a newer one. What is installed keeps working"),
                format!("已于 {when} 过期，请向保密管理员索取新的规则包；已安装的继续有效"),
            ),
            PackRefusal::Frozen { sequence, expired } => (
                format!(
                    "the source still offers sequence {sequence}, which expired on {expired}: it is no longer kept up, or someone holds back newer packs. What is installed keeps working"
                ),
                format!(
                    "来源仍在提供已于 {expired} 过期的序号 {sequence}：来源未再更新，或有人扣住了新的规则包；已安装的继续有效"
                ),
            ),
            PackRefusal::Early(when) => (
                format!("issued on {when}, in the future: set this machine's clock right, or have it signed again"),
                format!("签发时间 {when} 晚于本机时间：请校准本机时钟，或重新签名"),
            ),
            PackRefusal::Engine(version) => (
                format!("needs mizha {version} or newer; this is {}", Version::ours()),
                format!("需要 mizha {version} 以上版本，本机为 {}", Version::ours()),
            ),
            PackRefusal::RolledBack(sequence) => (
                format!(
                    "sequence {sequence} was rolled back here; have a corrected pack signed with a higher sequence"
                ),
                format!("序号 {sequence} 已在本机回退，请更正后以更高序号重新签名"),
            ),
            PackRefusal::Rules(why) => {
                (format!("the rules do not keep their word: {why}"), format!("规则自检未通过：{why}"))
            }
        }
    }
}

impl std::fmt::Display for PackRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for PackRefusal {}
