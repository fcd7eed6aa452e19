//! The first settings of a desktop, from a person's answers: the folder files are sent from, what is done there, whom to
//! call. As a configuration with comments in the person's language.

use std::path::{Path, PathBuf};

use crate::model::Lang;

/// What is done in the folder files are sent from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstMode {
    /// Only what is clear gets out.
    Gate,
    /// What must not leave is taken away.
    Watch,
    /// It is written down only.
    Observe,
}

impl FirstMode {
    /// All of them, the usual one first.
    pub const ALL: [FirstMode; 3] = [FirstMode::Gate, FirstMode::Watch, FirstMode::Observe];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            FirstMode::Gate => "gate",
            FirstMode::Watch => "watch",
            FirstMode::Observe => "observe",
        }
    }

    /// The mode of this word.
    pub fn of(word: &str) -> Option<Self> {
        FirstMode::ALL.into_iter().find(|mode| mode.as_str() == word)
    }

    /// What it does, for people.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            FirstMode::Gate => lang.pick("gate: only what is clear gets out", "闸口：检查通过才放行"),
            FirstMode::Watch => lang.pick("watch: what must not leave is taken away", "监视：不得外发的移出暂扣"),
            FirstMode::Observe => lang.pick("observe: it is written down only", "观察：不暂扣，只记录"),
        }
    }
}

/// A person's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstSettings {
    /// The folder files are sent from.
    pub folder: PathBuf,
    /// What is done there.
    pub mode: FirstMode,
    /// The security officer's name; empty when none was given.
    pub officer: String,
    /// Their telephone number.
    pub phone: String,
}

impl FirstSettings {
    /// The folder that is usual, below the home folder.
    pub fn usual_folder(home: &Path, lang: Lang) -> PathBuf {
        home.join(lang.pick("Outgoing", "外发"))
    }

    /// The configuration.
    pub fn text(&self, lang: Lang) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
        let path = |path: &Path| quoted(&path.display().to_string());
        let mut text = lang
            .pick(
                "# Mizha's settings. All that there are, with their defaults: mizha config show\n",
                "# 密闸的配置。全部设置及默认值：mizha config show\n",
            )
            .to_string();
        text +=
            lang.pick("\n# Whom people call when something is held or was sent.\n", "\n# 文件被暂扣或误发时联系谁。\n");
        text += "[officer]\n";
        for (key, value) in [("name", &self.officer), ("phone", &self.phone)] {
            let off = if value.trim().is_empty() { "# " } else { "" };
            text += &format!("{off}{key} = {}\n", quoted(value));
        }
        text += &match self.mode {
            FirstMode::Gate => format!(
                "\n{}[[gate]]\npending = {}\nexport = {}\n",
                lang.pick(
                    "# What is saved into `pending` appears in `export` once it was found clear.\n",
                    "# 存入 pending 的文件检查通过后出现在 export。\n"
                ),
                path(&self.folder.join("pending")),
                path(&self.folder.join("export"))
            ),
            FirstMode::Watch | FirstMode::Observe => {
                let action = if self.mode == FirstMode::Watch { "quarantine" } else { "observe" };
                format!(
                    "\n{}[[watch]]\npath = {}\naction = \"{action}\"\n",
                    lang.pick(
                        "# quarantine: what is blocked is taken out and held. observe: it stays and is written down.\n",
                        "# quarantine：拦截的文件移出暂扣；observe：不移动，只记录。\n"
                    ),
                    path(&self.folder)
                )
            }
        };
        text
    }

    /// Where the guard looks.
    pub fn watched(&self) -> PathBuf {
        if self.mode == FirstMode::Gate { self.folder.join("pending") } else { self.folder.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Action, Config};

    #[test]
    fn what_is_written_says_what_was_answered() {
        let answers = FirstSettings {
            folder: "/home/王/外发 \"a\"".into(),
            mode: FirstMode::Gate,
            officer: "保密办".into(),
            phone: String::new(),
        };
        for lang in [Lang::Zh, Lang::En] {
            let config = Config::parse("c", &answers.text(lang)).expect("a configuration");
            assert_eq!(config.gate[0].pending, Path::new("/home/王/外发 \"a\"/pending"));
            assert_eq!((config.officer.name.as_deref(), config.officer.phone), (Some("保密办"), None));
        }
        let observe = FirstSettings { mode: FirstMode::Observe, ..answers };
        let config = Config::parse("c", &observe.text(Lang::Zh)).expect("a configuration");
        assert_eq!(config.watch[0].action, Action::Observe);
    }
}
