//! Wrong usage in Chinese: what clap found, said as a Chinese program says it. In English clap's own words stand.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The error in Chinese, with the usage line and where help is.
pub(super) fn chinese(error: &Error) -> String {
    let mut text = format!("mizha：用法错误：{}\n", what(error));
    for (kind, title) in [
        (ContextKind::ValidValue, "可选的值"),
        (ContextKind::ValidSubcommand, "可用的命令"),
        (ContextKind::SuggestedArg, "是否要用"),
        (ContextKind::SuggestedSubcommand, "是否要用"),
        (ContextKind::SuggestedValue, "是否要用"),
    ] {
        let values = words(error, kind, "、");
        if !values.is_empty() {
            text.push_str(&format!("  {title}：{values}\n"));
        }
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        text.push_str(&format!("\n用法：{}\n", usage.trim_start_matches("Usage:").trim()));
    }
    text.push_str("\n详见 --help。\n");
    text
}

fn what(error: &Error) -> String {
    let argument = words(error, ContextKind::InvalidArg, "、");
    let value = words(error, ContextKind::InvalidValue, "、");
    let number = |kind| words(error, kind, "");
    match error.kind() {
        ErrorKind::UnknownArgument => format!("没有“{argument}”这个参数"),
        ErrorKind::InvalidSubcommand => {
            format!("没有“{}”这个命令", words(error, ContextKind::InvalidSubcommand, "、"))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "缺少命令".to_string(),
        ErrorKind::MissingRequiredArgument => format!("缺少必需的参数：{argument}"),
        ErrorKind::ArgumentConflict => match words(error, ContextKind::PriorArg, "、") {
            prior if prior == argument => format!("“{argument}”只能指定一次"),
            prior if prior.is_empty() => format!("“{argument}”不能与其他参数同时使用"),
            prior => format!("“{argument}”不能与“{prior}”同时使用"),
        },
        ErrorKind::InvalidValue if value.is_empty() => format!("“{argument}”需要一个值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("“{argument}”的值“{value}”无效"),
        ErrorKind::NoEquals => format!("“{argument}”的值须用等号给出"),
        ErrorKind::TooManyValues => format!("“{argument}”不需要“{value}”这个值"),
        ErrorKind::TooFewValues => format!("“{argument}”至少需要 {} 个值", number(ContextKind::MinValues)),
        ErrorKind::WrongNumberOfValues => {
            format!("“{argument}”需要 {} 个值", number(ContextKind::ExpectedNumValues))
        }
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8 文字".to_string(),
        // Nothing else is an error of usage today; what clap adds is shown in its own words.
        _ => error.to_string(),
    }
}

fn words(error: &Error, kind: ContextKind, between: &str) -> String {
    match error.get(kind) {
        None | Some(ContextValue::None) => String::new(),
        Some(ContextValue::Strings(values)) => values.join(between),
        Some(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Args;
    use crate::cli::help;

    fn usage(arguments: &[&str]) -> String {
        let words = ["mizha"].iter().chain(arguments);
        let error = help::chinese(Args::command()).try_get_matches_from(words).expect_err("wrong usage");
        chinese(&error)
    }

    #[test]
    fn wrong_usage_is_told_in_chinese() {
        for (arguments, wanted) in [
            (&["scan", "--no-such-thing", "json"][..], "没有“--no-such-thing”这个参数"),
            (&["scam"], "没有“scam”这个命令"),
            (&["quarantine", "release", "3f"], "缺少必需的参数：--reason"),
            (&["scan", "--format", "xml", "a"], "的值“xml”无效"),
            (&["scan", "--json", "--format", "json", "a"], "不能与"),
            (&["scan", "--threads", "0", "a"], "的值“0”无效"),
            (&["quarantine"], "缺少命令"),
        ] {
            let text = usage(arguments);
            assert!(text.contains(wanted), "{arguments:?}: {text}");
            let english = ["error", "Usage", "argument", "required", "OPTIONS", "value"];
            assert!(!english.iter().any(|word| text.contains(word)), "{arguments:?}: {text}");
        }
    }

    #[test]
    fn required_options_stand_in_the_usage_line() {
        let text = usage(&["quarantine", "release", "3f"]);
        assert!(text.contains("用法：mizha quarantine release [选项] --reason <文字> <编号>..."), "{text}");
    }
}
