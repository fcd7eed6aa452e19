//! From a pack file to the validated form: names put in, patterns folded and compiled, what is
//! missing or doubled refused with its file and line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Pattern;
use super::anchor_words::AnchorWords;
use super::edges::{DECORATION, Edges, LABEL};
use super::error::{PackError, PackErrorCode, both, misread};
use super::lazy_shared::LazyShared;
use super::list;
use super::names::{Names, Unknown};
use super::rule::{Form, FormScope, Pack, PackShared, Predicate, Rule, RuleBody, Running, When};
use super::rule_metadata::RuleMetadata;
use super::spec::{FormSpec, NearSpec, PackSpec, PredicateSpec, RuleSpec, SCHEMA};
use super::stored::Behind;
use super::terms::Terms;
use crate::model::{Phrase, Tier};
use crate::normalize::fold_literal;

/// Of a line with boxes to tick: a ticked one, and any.
const TICKED: &str = r"(?:[☑☒✅✓✔√■●]|[\[(] ?[xX√✓✔] ?[\])])";
const BOX: &str = r"(?:[□☐○◯〇◻▢☑☒✅✓✔√■●]|[\[(] ?[xX√✓✔]? ?[\])])";
const UNTICKED: &str = r"(?:[□☐○◯〇◻▢]|[\[(] ?[\])])";
/// A word behind which a box stands, and the name of the field before the first.
const WORD: &str = "[A-Za-z一-龥]{1,12}";
const FIELD: &str = "[ *#>|_~-]{0,4}[A-Za-z一-龥 ]{1,24}[:：=] ?|[ *#>|_~-]{1,4}";

impl Pack {
    /// Reads a pack. `common` is the pack whose definitions, companions and predicates every
    /// other pack may use; it is `None` only for that pack itself.
    pub fn parse(file: &str, text: &str, common: Option<&Pack>) -> Result<Pack, PackError> {
        let spec: PackSpec = toml::from_str(text).map_err(|e| misread(file, text, &e))?;
        Pack::build(Source { file, text, proven: false, behind: None }, spec, common)
    }

    pub(super) fn build(source: Source<'_>, spec: PackSpec, common: Option<&Pack>) -> Result<Pack, PackError> {
        if spec.schema_version != SCHEMA {
            let found = spec.schema_version;
            let message = both(
                format!("schema version {found} is not read by this build"),
                format!("本程序不支持格式版本 {found}"),
            );
            let hint = both(format!("this build reads version {SCHEMA}"), format!("支持的版本为 {SCHEMA}"));
            return Err(PackError::new(PackErrorCode::Schema, source.file, message).hint(hint));
        }
        Builder { source, common }.pack(spec)
    }
}

/// Where a pack was read from.
pub(super) struct Source<'a> {
    /// The file's name, for messages.
    pub(super) file: &'a str,
    /// What stands in it.
    pub(super) text: &'a str,
    /// Its patterns were compiled and its examples run before: patterns are compiled when they are needed.
    pub(super) proven: bool,
    /// Where terms of its lists stand, if it is compiled.
    pub(super) behind: Option<Behind<'a>>,
}

struct Builder<'a> {
    source: Source<'a>,
    common: Option<&'a Pack>,
}

impl Builder<'_> {
    fn pack(&self, spec: PackSpec) -> Result<Pack, PackError> {
        let common = self.common.map(|common| &common.shared.names);
        let is_plain = spec.companions.is_empty() && !spec.define.contains_key(LABEL);
        let names = match common {
            Some(common) if spec.define.is_empty() && spec.companions.is_empty() => Arc::clone(common),
            common => Arc::new(Names::new(common.map(AsRef::as_ref), spec.define, spec.companions)),
        };
        let edges = match self.common.filter(|_| is_plain) {
            Some(common) => Arc::clone(&common.shared.edges),
            None => Arc::new(Edges::new(&names)),
        };
        let predicates = spec.predicates.into_iter().map(|spec| self.predicate(&names, spec).map(Arc::new));
        let predicates = predicates.collect::<Result<Vec<_>, _>>()?;
        let common = self.common.map(|common| common.lines);
        let mut pack = Pack {
            id: spec.id.into(),
            version: spec.version.into(),
            title: spec.title,
            sequence: None,
            rules: Vec::new(),
            lines: predicates.iter().map(|predicate| predicate.lines()).chain(common).max().unwrap_or(0),
            shared: LazyShared::now(PackShared { names, edges, predicates }),
        };
        let levels: Arc<BTreeMap<_, _>> =
            Arc::new(spec.levels.iter().map(|(word, tier)| (fold_literal(word).into_owned(), *tier)).collect());
        let mut seen = BTreeSet::new();
        if !self.source.proven {
            let PackShared { names, edges, .. } = &*pack.shared;
            let compiles = edges.check(names).map_err(|unknown| self.unknown(names, &pack.id, &unknown))?;
            compiles.map_err(|e| self.about(PackErrorCode::Pattern, &pack.id, both(&e, &e)))?;
        }
        for rule in spec.rules {
            if !seen.insert(rule.id.clone()) {
                return Err(self.about(
                    PackErrorCode::Duplicate,
                    &rule.id,
                    both("this rule identifier occurs twice", "规则编号重复"),
                ));
            }
            let rule = self.rule(&pack, rule, &levels)?;
            pack.rules.push(Arc::new(rule));
        }
        for list in spec.lists {
            if !seen.insert(list.id.clone()) {
                return Err(self.about(
                    PackErrorCode::Duplicate,
                    &list.id,
                    both("this identifier occurs twice", "编号重复"),
                ));
            }
            let predicates = self.predicates(&pack, list.context);
            let rule = list::rule(&pack, list, predicates, self.source.behind)
                .map_err(|e| self.about(e.code, &e.id, e.message))?;
            pack.rules.push(Arc::new(rule));
        }
        Ok(pack)
    }

    fn rule(&self, pack: &Pack, spec: RuleSpec, levels: &Arc<BTreeMap<String, Tier>>) -> Result<Rule, PackError> {
        let anchors: AnchorWords = spec.anchors.iter().map(|anchor| fold_literal(anchor)).collect();
        let whole = anchors.iter().filter(|anchor| !anchor.is_empty()).count() == spec.anchors.len();
        if spec.anchors.is_empty() == spec.digits.is_none() || !whole {
            let message = both(
                "a rule needs either anchors or a number of digits to be found by",
                "规则须有锚词（anchors）或数字位数（digits）之一",
            );
            return Err(self.about(PackErrorCode::NoAnchor, &spec.id, message));
        }
        if spec.references.is_empty() || spec.examples.is_empty() || spec.negative_examples.is_empty() {
            let message = both(
                "a rule needs a reference, an example and a negative example",
                "规则须注明依据（references），并至少各有一个正例（examples）和反例（negative_examples）",
            );
            return Err(self.about(PackErrorCode::Unproven, &spec.id, message));
        }
        let mut forms = Vec::new();
        for form in spec.forms {
            // A box stands before the words of a list, or behind each.
            if form.place == FormScope::Choice {
                forms.push(self.form(pack, &spec.id, form.clone(), Tick::Behind)?);
            }
            forms.push(self.form(pack, &spec.id, form, Tick::Before)?);
        }
        forms.sort_by_key(|form| -form.score);
        let predicates = self.predicates(pack, spec.context);
        let rest = RuleBody {
            title: spec.title,
            tier: spec.tier,
            role: spec.role,
            forms,
            check: spec.check,
            counts: spec.counts,
            kind: spec.kind.map(Arc::from),
            mask: spec.mask,
            levels: levels.clone(),
            predicates,
            references: spec.references,
            advice: spec.advice,
            examples: spec.examples,
            negative_examples: spec.negative_examples,
            known_misses: spec.known_misses,
            standing: RuleMetadata::new(spec.severity, spec.confidence, spec.deprecated, spec.allowlist),
        };
        Ok(Rule {
            id: spec.id.into(),
            pack: pack.id.clone(),
            anchors,
            digits: spec.digits,
            ignore_case: spec.ignore_case,
            inside_words: spec.inside_words,
            terms: Terms::new(spec.tier, 0),
            ocr_only: spec.ocr_only,
            channels: spec.channels,
            looks_far: rest.forms.iter().any(|form| form.place == FormScope::Block),
            running: Running::of(&rest.forms),
            rest: LazyShared::now(rest),
        })
    }

    /// The predicates of a rule: the common ones, if it wants them, and the pack's own.
    fn predicates(&self, pack: &Pack, context: bool) -> Vec<Arc<Predicate>> {
        let common = self.common.filter(|_| context);
        common
            .into_iter()
            .flat_map(|common| &common.shared.predicates)
            .chain(&pack.shared.predicates)
            .cloned()
            .collect()
    }

    fn form(&self, pack: &Pack, rule: &str, spec: FormSpec, tick: Tick) -> Result<Form, PackError> {
        let names = &pack.shared.names;
        let whole = move |names: &Names| {
            let pattern = names.expand(&spec.pattern)?;
            let marked = if pattern.contains("(?P<mark>") { pattern } else { format!("(?P<mark>{pattern})") };
            Ok(match spec.place {
                FormScope::Choice if tick == Tick::Before => format!("{TICKED} ?{marked} ?(?:[^\\p{{L}}\\p{{N}}⋯]|$)"),
                FormScope::Choice => format!("^(?:{FIELD})?(?:{WORD} ?{BOX}[ 、/;,]*)*?{marked} ?{TICKED}"),
                FormScope::Start => format!("^{DECORATION}{marked}"),
                FormScope::Block => format!("^{marked}"),
                FormScope::Line | FormScope::Inline | FormScope::Name => marked,
            })
        };
        let optional = |source: Option<String>, before: &'static str, after: &'static str| {
            source.map(|source| self.pattern(names, rule, grouped(source, before, after))).transpose()
        };
        Ok(Form {
            place: spec.place,
            edges: (spec.place == FormScope::Line).then(|| Arc::clone(&pack.shared.edges)),
            pattern: self.pattern(names, rule, whole)?,
            score: spec.score,
            reason: spec.reason,
            tier: spec.tier,
            role: spec.role,
            not_before: optional(spec.not_before, "", "$")?,
            not_after: optional(spec.not_after, "^", "")?,
            unless: optional(spec.unless, "", "")?,
            beside: match (spec.place, tick) {
                (FormScope::Choice, Tick::Before) => {
                    Some(self.pattern(names, rule, |_| Ok(format!("{UNTICKED}|[:：]")))?)
                }
                (FormScope::Choice, Tick::Behind) => Some(self.pattern(names, rule, |_| Ok(UNTICKED.to_string()))?),
                _ => optional(spec.beside, "", "")?,
            },
            original: spec.original.map(|source| self.pattern(names, rule, |_| Ok(source))).transpose()?,
            parts: spec.parts,
        })
    }

    fn predicate(&self, names: &Arc<Names>, spec: PredicateSpec) -> Result<Predicate, PackError> {
        let id = spec.id.clone();
        let compile = |source: &str, before: &'static str, after: &'static str| {
            self.pattern(names, &id, grouped(source.to_string(), before, after))
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
        when.extend(spec.top_percent.map(When::TopPercent));
        when.extend(spec.below_percent.map(When::BelowPercent));
        when.extend(spec.smaller_percent.map(When::SmallerPercent));
        when.extend(spec.tail_lines.map(When::TailLines));
        when.extend(spec.levels_listed.map(When::LevelsListed));
        when.extend(spec.levels_in_cells.map(When::LevelsInCells));
        when.extend(spec.fills.map(When::Fills));
        when.extend(spec.cells_beside.map(When::CellsBeside));
        when.extend(spec.shaped_alike.then_some(When::ShapedAlike));
        when.extend(spec.text_at_most.map(When::TextAtMost));
        when.extend(spec.repeated.map(When::Repeated));
        when.extend(spec.source_code.map(When::SourceCode));
        if when.is_empty() && spec.parts.is_empty() {
            return Err(self.about(
                PackErrorCode::Value,
                &spec.id,
                both("a predicate needs a condition", "判断条件为空"),
            ));
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

    /// A pattern made with the names of its pack. Patterns of packs from outside are made and compiled at
    /// once; those of proven ones when they are first needed.
    fn pattern(
        &self,
        names: &Arc<Names>,
        id: &str,
        make: impl FnOnce(&Names) -> Result<String, Unknown> + Send + Sync + 'static,
    ) -> Result<Pattern, PackError> {
        if self.source.proven {
            let names = Arc::clone(names);
            return Ok(Pattern::later(move || make(&names).unwrap_or_default()));
        }
        let pattern = Pattern::new(make(names).map_err(|unknown| self.unknown(names, id, &unknown))?);
        pattern.compile().map_err(|e| self.about(PackErrorCode::Pattern, id, both(&e, &e)))?;
        Ok(pattern)
    }

    fn unknown(&self, names: &Names, id: &str, unknown: &Unknown) -> PackError {
        match unknown {
            Unknown::Undefined(name) => {
                let known = names.define.keys().cloned().collect::<Vec<_>>().join(", ");
                let message = both(format!("{{{name}}} is not defined"), format!("{{{name}}} 没有定义"));
                let hint = both(format!("defined are: {known}"), format!("已定义的有：{known}"));
                self.about(PackErrorCode::Undefined, id, message).hint(hint)
            }
            Unknown::Circular(name) => {
                let en = format!("the definition of {{{name}}} leads back to itself");
                self.about(PackErrorCode::Undefined, id, both(en, format!("{{{name}}} 的定义循环引用")))
            }
        }
    }

    fn about(&self, code: PackErrorCode, id: &str, message: Phrase) -> PackError {
        let message = both(format!("{id}: {}", message.en), format!("{id}：{}", message.zh));
        let error = PackError::new(code, self.source.file, message);
        match self.source.text.find(&format!("\"{id}\"")) {
            Some(at) => error.at(self.source.text, at),
            None => error,
        }
    }
}

/// Where the boxes of a list stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tick {
    Before,
    Behind,
}

/// A pattern as one group between two others.
fn grouped(
    source: String,
    before: &'static str,
    after: &'static str,
) -> impl FnOnce(&Names) -> Result<String, Unknown> + Send + Sync + 'static {
    move |names| Ok(format!("{before}(?:{}){after}", names.expand(&source)?))
}
