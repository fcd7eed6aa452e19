//! A pack read, folded and validated: what `detect` and `judge` work with. Built from a
//! [`PackSpec`] and from nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::{Code, Error};
use super::spec::{Counts, Example, FormSpec, NearSpec, PackSpec, PredicateSpec, RuleSpec, SCHEMA};
use super::{Check, Pattern};
use crate::model::{Mask, PackRef, PartKind, Phrase, Role, Severity, Tier};
use crate::normalize::{fold_literal, fold_pattern};

/// Where in the text a form is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The line or table cell holds the mark and its companions, nothing else.
    Line,
    /// The line begins with the mark.
    Start,
    /// Anywhere in a line.
    Inline,
    /// From a line on over the lines behind it.
    Block,
    /// In a file's, a folder's or a member's name.
    Name,
}

/// A validated pack.
#[derive(Debug)]
pub struct Pack {
    /// Its identifier.
    pub id: Arc<str>,
    /// Its version.
    pub version: Arc<str>,
    /// What it covers.
    pub title: Phrase,
    /// Its rules.
    pub rules: Vec<Arc<Rule>>,
    define: BTreeMap<String, String>,
    companions: Vec<String>,
    predicates: Vec<Arc<Predicate>>,
}

/// A validated rule.
#[derive(Debug)]
pub struct Rule {
    /// Identifier, unique over all packs.
    pub id: Arc<str>,
    /// The pack it belongs to.
    pub pack: Arc<str>,
    /// A short title for people.
    pub title: Phrase,
    /// The tier, unless a captured level says otherwise.
    pub tier: Tier,
    /// What a match does in the document.
    pub role: Role,
    /// Folded anchors.
    pub anchors: Vec<String>,
    /// A run of at least so many digits stands in for an anchor.
    pub digits: Option<usize>,
    /// Anchors match whatever the case.
    pub ignore_case: bool,
    /// Anchors may begin or end inside a word.
    pub inside_words: bool,
    /// The forms, best first.
    pub forms: Vec<Form>,
    /// A computation a match must pass.
    pub check: Option<Check>,
    /// Thresholds by number of different values.
    pub counts: Option<Counts>,
    /// How excerpts are masked.
    pub mask: Mask,
    /// Only for text read from pictures.
    pub ocr_only: bool,
    /// Folded level words with their tiers.
    pub levels: Arc<BTreeMap<String, Tier>>,
    /// The predicates that apply.
    pub predicates: Vec<Arc<Predicate>>,
    /// Sources.
    pub references: Vec<String>,
    /// What a person should do, where it differs from the usual.
    pub advice: Option<Phrase>,
    /// Texts the rule must find.
    pub examples: Vec<Example>,
    /// Texts it must not report.
    pub negative_examples: Vec<Example>,
}

/// One form of a rule's matches.
#[derive(Debug)]
pub struct Form {
    /// Where it is looked for.
    pub place: Place,
    /// What it looks like; for lines, with decoration and companions around the group `mark`.
    pub pattern: Pattern,
    /// What it is worth alone.
    pub score: i32,
    /// In words.
    pub reason: Phrase,
    /// Its tier, if it differs.
    pub tier: Option<Tier>,
    /// Its role, if it differs.
    pub role: Option<Role>,
    /// Must not match right before.
    pub not_before: Option<Pattern>,
    /// Must not match right after.
    pub not_after: Option<Pattern>,
    /// Must not match in the line.
    pub unless: Option<Pattern>,
    /// Must match what was really written.
    pub original: Option<Pattern>,
    /// Only in these parts, if any are named.
    pub parts: Vec<PartKind>,
}

/// Something in the surroundings that changes a score.
#[derive(Debug)]
pub struct Predicate {
    /// Identifier.
    pub id: String,
    /// In words.
    pub reason: Phrase,
    /// What it adds or takes.
    pub score: i32,
    /// The hardest verdict left.
    pub ceiling: Option<Severity>,
    /// The role it gives.
    pub role: Option<Role>,
    /// The profile under which it does not apply.
    pub unless_profile: Option<String>,
    /// Only for these places, if any are named.
    pub places: Vec<Place>,
    /// Only in these parts, if any are named.
    pub parts: Vec<PartKind>,
    /// Not in these parts.
    pub not_parts: Vec<PartKind>,
    /// All of these must hold.
    pub when: Vec<When>,
}

/// One condition of a predicate.
#[derive(Debug)]
pub enum When {
    /// The text before the match, in its line.
    Before(Pattern),
    /// The text behind the match, in its line.
    After(Pattern),
    /// The match itself.
    Mark(Pattern),
    /// Lines nearby.
    Near {
        /// Tried on each line.
        pattern: Pattern,
        /// Lines before.
        before: usize,
        /// Lines behind.
        after: usize,
        /// The own line counts.
        own_line: bool,
        /// How many must match.
        at_least: usize,
    },
    /// Among the first lines that are not blank.
    HeadLines(u64),
    /// Among the last lines.
    TailLines(usize),
    /// Different levels listed nearby.
    LevelsListed(usize),
    /// The same mark stands isolated several times.
    Repeated(usize),
    /// Program source, or not.
    SourceCode(bool),
}

/// Characters that decorate a line without being part of a mark: markdown, tables, brackets.
const DECORATION: &str = r"[\s|#>_=~+\-•●·:;,.…*\[\](){}<>【】《》〔〕「」『』〈〉。，、；：！!—\\/]*";
/// What may stand between a mark and its companions.
const SEPARATOR: &str = r"[\s,，、;；|/—\-]*";

impl Pack {
    /// Reads a pack. `common` is the pack whose definitions, companions and predicates every
    /// other pack may use; it is `None` only for that pack itself.
    pub fn parse(file: &str, text: &str, common: Option<&Pack>) -> Result<Pack, Error> {
        let spec: PackSpec = toml::from_str(text).map_err(|e| {
            let error = Error::new(Code::Syntax, file, e.message().to_string());
            match e.span() {
                Some(span) => error.at(text, span.start),
                None => error,
            }
        })?;
        if spec.schema_version != SCHEMA {
            let message = format!("schema version {} is not read by this build", spec.schema_version);
            return Err(Error::new(Code::Schema, file, message).hint(format!("this build reads version {SCHEMA}")));
        }
        Builder { file, text, common }.pack(spec)
    }

    /// The pack's name and version as reports give them.
    pub fn reference(&self) -> PackRef {
        PackRef { id: self.id.clone(), version: self.version.clone() }
    }
}

struct Builder<'a> {
    file: &'a str,
    text: &'a str,
    common: Option<&'a Pack>,
}

impl Builder<'_> {
    fn pack(&self, spec: PackSpec) -> Result<Pack, Error> {
        let mut define = self.common.map(|common| common.define.clone()).unwrap_or_default();
        define.extend(spec.define);
        let mut companions = self.common.map(|common| common.companions.clone()).unwrap_or_default();
        companions.extend(spec.companions);
        let mut pack = Pack {
            id: spec.id.into(),
            version: spec.version.into(),
            title: spec.title,
            rules: Vec::new(),
            define,
            companions,
            predicates: Vec::new(),
        };
        for predicate in spec.predicates {
            pack.predicates.push(Arc::new(self.predicate(&pack, predicate)?));
        }
        let levels: Arc<BTreeMap<_, _>> =
            Arc::new(spec.levels.iter().map(|(word, tier)| (fold_literal(word), *tier)).collect());
        let mut seen = BTreeSet::new();
        for rule in spec.rules {
            if !seen.insert(rule.id.clone()) {
                return Err(self.about(Code::Duplicate, &rule.id, "this rule identifier occurs twice"));
            }
            let rule = self.rule(&pack, rule, &levels)?;
            pack.rules.push(Arc::new(rule));
        }
        Ok(pack)
    }

    fn rule(&self, pack: &Pack, spec: RuleSpec, levels: &Arc<BTreeMap<String, Tier>>) -> Result<Rule, Error> {
        let anchors: Vec<String> = spec.anchors.iter().map(|anchor| fold_literal(anchor)).collect();
        if anchors.is_empty() == spec.digits.is_none() || anchors.iter().any(String::is_empty) {
            let message = "a rule needs either anchors or a number of digits to be found by";
            return Err(self.about(Code::NoAnchor, &spec.id, message));
        }
        if spec.references.is_empty() || spec.examples.is_empty() || spec.negative_examples.is_empty() {
            let message = "a rule needs a reference, an example and a negative example";
            return Err(self.about(Code::Unproven, &spec.id, message));
        }
        let mut forms = Vec::new();
        for form in spec.forms {
            forms.push(self.form(pack, &spec.id, form)?);
        }
        forms.sort_by_key(|form| -form.score);
        let common = self.common.filter(|_| spec.context);
        let predicates = common.into_iter().flat_map(|common| &common.predicates).chain(&pack.predicates);
        Ok(Rule {
            id: spec.id.into(),
            pack: pack.id.clone(),
            title: spec.title,
            tier: spec.tier,
            role: spec.role,
            anchors,
            digits: spec.digits,
            ignore_case: spec.ignore_case,
            inside_words: spec.inside_words,
            forms,
            check: spec.check,
            counts: spec.counts,
            mask: spec.mask,
            ocr_only: spec.ocr_only,
            levels: levels.clone(),
            predicates: predicates.cloned().collect(),
            references: spec.references,
            advice: spec.advice,
            examples: spec.examples,
            negative_examples: spec.negative_examples,
        })
    }

    fn form(&self, pack: &Pack, rule: &str, spec: FormSpec) -> Result<Form, Error> {
        let pattern = self.expand(pack, rule, &spec.pattern)?;
        let marked = if pattern.contains("(?P<mark>") { pattern } else { format!("(?P<mark>{pattern})") };
        let whole = match spec.place {
            Place::Line => {
                let companions = self.expand(pack, rule, &pack.companions.join("|"))?;
                format!(
                    "^{DECORATION}(?:(?:{companions}){SEPARATOR})*{DECORATION}{marked}\
                     {DECORATION}(?:{SEPARATOR}(?:{companions}))*{DECORATION}$"
                )
            }
            Place::Start => format!("^{DECORATION}{marked}"),
            Place::Block => format!("^{marked}"),
            Place::Inline | Place::Name => marked,
        };
        let optional = |source: Option<String>, before: &str, after: &str| {
            source
                .map(|source| {
                    let source = self.expand(pack, rule, &source)?;
                    self.pattern(rule, format!("{before}(?:{source}){after}"))
                })
                .transpose()
        };
        Ok(Form {
            place: spec.place,
            pattern: self.pattern(rule, whole)?,
            score: spec.score,
            reason: spec.reason,
            tier: spec.tier,
            role: spec.role,
            not_before: optional(spec.not_before, "", "$")?,
            not_after: optional(spec.not_after, "^", "")?,
            unless: optional(spec.unless, "", "")?,
            original: spec.original.map(|source| self.pattern(rule, source)).transpose()?,
            parts: spec.parts,
        })
    }

    fn predicate(&self, pack: &Pack, spec: PredicateSpec) -> Result<Predicate, Error> {
        let id = spec.id.clone();
        let compile = |source: &str, before: &str, after: &str| {
            let source = self.expand(pack, &id, source)?;
            self.pattern(&id, format!("{before}(?:{source}){after}"))
        };
        let mut when = Vec::new();
        if let Some(source) = &spec.before {
            when.push(When::Before(compile(source, "", "$")?));
        }
        if let Some(source) = &spec.after {
            when.push(When::After(compile(source, "^", "")?));
        }
        if let Some(source) = &spec.mark {
            when.push(When::Mark(compile(source, "", "")?));
        }
        if let Some(NearSpec { pattern, lines_before, lines_after, own_line, at_least }) = &spec.near {
            let pattern = compile(pattern, "", "")?;
            let (before, after) = (*lines_before, *lines_after);
            when.push(When::Near { pattern, before, after, own_line: *own_line, at_least: *at_least });
        }
        when.extend(spec.head_lines.map(When::HeadLines));
        when.extend(spec.tail_lines.map(When::TailLines));
        when.extend(spec.levels_listed.map(When::LevelsListed));
        when.extend(spec.repeated.map(When::Repeated));
        when.extend(spec.source_code.map(When::SourceCode));
        if when.is_empty() && spec.parts.is_empty() {
            return Err(self.about(Code::Value, &spec.id, "a predicate needs a condition"));
        }
        Ok(Predicate {
            id: spec.id,
            reason: spec.reason,
            score: spec.score,
            ceiling: spec.ceiling,
            role: spec.role,
            unless_profile: spec.unless_profile,
            places: spec.places,
            parts: spec.parts,
            not_parts: spec.not_parts,
            when,
        })
    }

    /// Puts definitions in the place of `{names}` and folds the characters.
    fn expand(&self, pack: &Pack, id: &str, source: &str) -> Result<String, Error> {
        let mut out = source.to_string();
        for _ in 0..8 {
            let Some((range, name)) = named(&out) else {
                return Ok(fold_pattern(&out));
            };
            let Some(definition) = pack.define.get(&name) else {
                let known = pack.define.keys().cloned().collect::<Vec<_>>().join(", ");
                let message = format!("{{{name}}} is not defined");
                return Err(self.about(Code::Undefined, id, &message).hint(format!("defined are: {known}")));
            };
            let definition = format!("(?:{definition})");
            let placeholder = out[range].to_string();
            out = out.replace(&placeholder, &definition);
        }
        // More names than one pass of eight replaces, or a definition that names itself.
        match named(&out) {
            None => Ok(fold_pattern(&out)),
            Some(_) if out.len() < 64 * 1024 => self.expand(pack, id, &out),
            Some((_, name)) => {
                Err(self.about(Code::Undefined, id, &format!("the definition of {{{name}}} leads back to itself")))
            }
        }
    }

    fn pattern(&self, id: &str, source: String) -> Result<Pattern, Error> {
        self.checked(id, Pattern::new(source))
    }

    /// Compiles the patterns of packs from outside at once; the built-in ones are compiled when
    /// first needed, because the test suite compiles every one of them.
    fn checked(&self, id: &str, pattern: Pattern) -> Result<Pattern, Error> {
        if self.file.starts_with(super::builtin::PREFIX) {
            return Ok(pattern);
        }
        pattern.compile().map_err(|e| self.about(Code::Pattern, id, &e))?;
        Ok(pattern)
    }

    fn about(&self, code: Code, id: &str, message: &str) -> Error {
        let error = Error::new(code, self.file, format!("{id}: {message}"));
        match self.text.find(&format!("\"{id}\"")) {
            Some(at) => error.at(self.text, at),
            None => error,
        }
    }
}

/// The first `{name}` in a pattern; repetition counts such as `{2,3}` are none.
fn named(source: &str) -> Option<(std::ops::Range<usize>, String)> {
    let mut from = 0;
    while let Some(open) = source[from..].find('{').map(|at| from + at) {
        let close = open + source[open..].find('}')?;
        let name = &source[open + 1..close];
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '-') {
            // `\p{han}` and the like are the regular expression's own.
            if !source[..open].ends_with("\\p") && !source[..open].ends_with("\\P") {
                return Some((open..close + 1, name.to_string()));
            }
        }
        from = open + 1;
    }
    None
}

impl Rule {
    /// Every pattern of the rule, to compile them all at once.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.forms.iter().flat_map(|form| {
            std::iter::once(&form.pattern)
                .chain(&form.not_before)
                .chain(&form.not_after)
                .chain(&form.unless)
                .chain(&form.original)
        })
    }
}
