//! The Chinese help: one table from arguments and verbs to their texts, laid over the English
//! command. A test fails when an argument has none.

use clap::{Arg, ArgAction, Command};

/// Texts by verb path and argument; the argument of a verb itself is empty.
const HELP: &[(&str, &str, &str)] = &[
    ("mizha", "", "在文件和消息发出之前，检查其中的密级标志和敏感数据"),
    ("mizha", "lang", "提示语言 [默认：随系统区域设置]"),
    ("mizha", "config", "配置文件 [默认：配置目录下的 mizha/config.toml]"),
    ("mizha", "pack", "附加规则包，文件或目录，可重复指定"),
    ("mizha", "no_default_packs", "不使用内置规则包"),
    ("mizha", "verbose", "输出更多信息；重复两次则向标准错误输出日志（不含内容）"),
    ("mizha", "help", "显示帮助"),
    ("mizha", "version", "显示版本"),
    ("scan", "", "发送前检查文件、目录、标准输入或消息"),
    ("scan", "paths", "文件或目录；“-”表示标准输入"),
    ("scan", "format", "输出格式"),
    ("scan", "json", "等同于 --format json"),
    ("scan", "output", "把报告写入文件（仅本人可读，文件须不存在）"),
    ("scan", "fail_on", "达到该级别时退出码为 1"),
    ("scan", "message", "标准输入是一条消息的文字"),
    ("scan", "stdin_filename", "标准输入作为文件时的名称"),
    ("scan", "files_from", "从文件读取待检查路径，每行一个（“-”表示标准输入）"),
    ("scan", "null", "与 --files-from 合用：路径以零字节分隔"),
    ("scan", "ocr_text", "把所有文字视为图片识别结果，启用容错规则"),
    ("scan", "exam_authority", "本机属于考试主管部门：带标志的试卷直接拦截"),
    ("scan", "limit", "设置上限，名称和默认值见 mizha config show"),
    ("scan", "timeout", "单个文件允许的检查秒数"),
    ("scan", "threads", "同时检查的文件数 [默认：处理器个数]"),
    ("scan", "explain", "列出每条理由及其分值"),
    ("scan", "show_text", "显示匹配原文；仅限终端，除非指定 force"),
    ("scan", "quiet", "不输出报告，只用退出码表示结果"),
    ("scan", "color", "何时使用颜色"),
    ("scan", "no_progress", "不显示进度"),
    ("watch", "", "守护闸口目录和监视目录，直到停止"),
    ("watch", "pending", "在配置之外另设一个闸口：文件存入此目录"),
    ("watch", "export", "该闸口的出口：检查通过的文件出现在此目录"),
    ("watch", "once", "检查现有文件后即结束"),
    ("watch", "presets", "列出监视目录预设及在本机找到的目录"),
    ("status", "", "查看守护状态：目录、计数、规则包、异常情况"),
    ("quarantine", "", "列出、查看、放行或删除暂扣的文件"),
    ("quarantine list", "", "列出暂扣的文件"),
    ("quarantine show", "", "说明一个文件为何暂扣、如何处理"),
    ("quarantine show", "id", "编号，或编号的开头几位"),
    ("quarantine release", "", "把文件放行到原定位置"),
    ("quarantine release", "id", "编号，或编号的开头几位"),
    ("quarantine purge", "", "彻底删除暂扣的文件"),
    ("quarantine purge", "id", "编号，或编号的开头几位"),
    ("quarantine purge", "yes", "不再询问"),
    ("audit", "", "查看或校验审计日志"),
    ("audit show", "", "输出审计日志"),
    ("audit show", "last", "只输出最后若干条"),
    ("audit verify", "", "查找篡改、删除和截断"),
    ("rule", "", "列出、解释或试用规则"),
    ("rule list", "", "列出全部规则"),
    ("rule explain", "", "说明一条规则查什么、为什么、依据何在，并给出示例"),
    ("rule explain", "id", "规则编号"),
    ("rule test", "", "用标准输入的文字试用一条规则"),
    ("rule test", "id", "规则编号"),
    ("pack", "", "列出或校验规则包"),
    ("pack list", "", "列出内置规则包"),
    ("pack check", "", "编译规则包并运行全部示例 [默认：内置规则包]"),
    ("pack check", "paths", "规则包文件或目录"),
    ("config", "", "查看或校验配置"),
    ("config show", "", "输出当前生效的配置"),
    ("config check", "", "校验配置文件"),
    ("formats", "", "列出能读取和不能读取的格式"),
    ("completions", "", "输出命令行补全脚本"),
    ("completions", "shell", "命令行解释器"),
    ("man", "", "输出手册页"),
];

/// Arguments that mean the same wherever they occur.
const SHARED: &[(&str, &str)] = &[
    ("state", "日志、暂扣区和审计日志所在目录 [默认：状态目录下的 mizha]"),
    ("json", "以 JSON 输出"),
    ("reason", "理由，写入审计日志"),
    ("identity", "保密管理员的 age 私钥文件"),
];

fn text(verb: &str, argument: &str) -> Option<&'static str> {
    let find = |verb: &str| HELP.iter().find(|row| row.0 == verb && row.1 == argument).map(|row| row.2);
    // An argument every verb knows is listed once.
    let shared = || SHARED.iter().find(|row| row.0 == argument).map(|row| row.1);
    find(verb).or_else(|| (!argument.is_empty()).then(|| find("mizha").or_else(shared)).flatten())
}

/// The command with Chinese help.
pub(super) fn chinese(command: Command) -> Command {
    translated(command, "mizha")
}

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

fn translated(command: Command, verb: &str) -> Command {
    let version = verb == "mizha";
    let flag = |id: &'static str, short, action| Arg::new(id).short(short).long(id).action(action);
    let mut command = command.help_template(TEMPLATE).subcommand_help_heading("命令").disable_help_flag(true);
    command = command.disable_version_flag(true).disable_help_subcommand(true).propagate_version(false);
    command = command.arg(flag("help", 'h', ArgAction::Help));
    if version {
        command = command.arg(flag("version", 'V', ArgAction::Version));
    }
    if let Some(about) = text(verb, "") {
        command = command.about(about).long_about(about);
    }
    let mut usage = if version { "mizha [选项] <命令>".to_string() } else { format!("mizha {verb} [选项]") };
    let ids: Vec<String> = command.get_arguments().map(|argument| argument.get_id().to_string()).collect();
    for id in ids {
        let help = text(verb, &id).unwrap_or_default();
        command = command.mut_arg(&id, |argument| {
            let heading = if argument.is_positional() { "参数" } else { "选项" };
            argument.help(help).long_help(help).help_heading(heading)
        });
    }
    for argument in command.get_positionals() {
        usage.push_str(&format!(" [{}]", argument.get_id()));
    }
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_string()).collect();
    if !version && !names.is_empty() {
        usage.push_str(" <命令>");
    }
    command = command.override_usage(usage);
    for name in names {
        let path = if version { name.clone() } else { format!("{verb} {name}") };
        command = command.mut_subcommand(&name, |sub| translated(sub, &path));
    }
    command
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Args;

    fn missing(command: &Command, verb: &str, found: &mut Vec<String>) {
        if text(verb, "").is_none() {
            found.push(verb.to_string());
        }
        for argument in command.get_arguments() {
            if text(verb, argument.get_id().as_str()).is_none() {
                found.push(format!("{verb} {}", argument.get_id()));
            }
        }
        for sub in command.get_subcommands() {
            let path = if verb == "mizha" { sub.get_name().to_string() } else { format!("{verb} {}", sub.get_name()) };
            missing(sub, &path, found);
        }
    }

    #[test]
    fn every_argument_has_chinese_help() {
        let mut found = Vec::new();
        missing(&Args::command(), "mizha", &mut found);
        assert!(found.is_empty(), "no Chinese help for: {}", found.join(", "));
        chinese(Args::command()).debug_assert();
    }
}
