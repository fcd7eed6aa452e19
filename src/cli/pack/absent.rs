//! What a build without a feature says of the verbs that need it.

use crate::model::Lang;

/// Says that this build lacks what a verb needs, and how to get it.
pub(super) fn absent(feature: &str, lang: Lang) -> anyhow::Error {
    anyhow::Error::msg(lang.pick(
        format!("this program was built without the feature `{feature}`: build it with `--features {feature}`, or install the package"),
        format!("本程序编译时未启用 {feature} 功能：请用 --features {feature} 重新编译，或安装软件包"),
    ))
}
