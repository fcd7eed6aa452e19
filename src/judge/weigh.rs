//! Weighing one hit: the form's worth plus and minus what the surroundings say. A negative
//! predicate lowers a verdict by at most one step and is always named, so nothing is silenced.

use std::ops::Range;

use super::setting::Setting;
use super::surroundings::Surroundings;
use super::window_lines::WindowLines;
use super::{BLOCK, NOTE, WARN};
use crate::detect::{Hit, clip};
use crate::model::{Excerpt, Location, PartKind, Phrase, Reason, Role, Scores, Severity, Spot, Tier, Unit};
use crate::pack::{FormScope, Predicate, Rule, When};

/// A weighed hit, before it is compared with the others of its item.
#[derive(Debug, Clone)]
pub(super) struct Weighed {
    pub rule: usize,
    pub term: Option<usize>,
    pub place: FormScope,
    pub tier: Tier,
    pub role: Role,
    /// Sum of what speaks for it.
    pub gain: i32,
    /// Sum of what speaks against it, negative.
    pub loss: i32,
    pub ceiling: Severity,
    pub scores: Scores,
    pub location: Location,
    pub part: PartKind,
    pub excerpt: Excerpt,
    pub why: Vec<Reason>,
    /// The folded mark, to tell repetitions and different values apart.
    pub mark: String,
    /// Where in the window the mark's original begins and ends.
    pub span: Range<usize>,
    /// Line number in the part, for telling distant repetitions.
    pub line: u64,
    /// Weight and reason of the repetition predicate, should it come true.
    pub repeated: Option<(usize, Reason)>,
}

impl Weighed {
    pub(super) fn score(&self) -> i32 {
        self.gain + self.loss
    }

    /// What it asks for. What spoke against it costs at most one step.
    pub(super) fn severity(&self) -> Option<Severity> {
        let plain = self.severity_of(self.gain)?;
        let weighed = self.severity_of(self.score()).unwrap_or(Severity::Note);
        let floor = if self.loss < 0 { plain.lowered() } else { plain };
        Some(weighed.max(floor).min(self.ceiling).min(self.scores.ceiling))
    }

    fn severity_of(&self, score: i32) -> Option<Severity> {
        match score {
            score if score >= self.scores.block => Some(Severity::Block),
            score if score >= self.scores.warn => Some(Severity::Warn),
            NOTE.. => Some(Severity::Note),
            // An administrator who wants to see less certain things gets them.
            _ => None,
        }
    }
}

/// Weighs a hit.
pub(super) fn weigh(hit: &Hit, setting: Setting<'_>, lines: &WindowLines) -> Weighed {
    let rule = &setting.rules.rules()[hit.rule];
    let form = &rule.forms[hit.form];
    let around = Surroundings::new(hit, setting, lines);
    let level = hit.level.as_deref().and_then(|level| rule.levels.get(level).copied());
    let original = setting.folded.original(hit.span.clone());
    let shown = setting.segment.text.get(original.clone()).unwrap_or_default();
    let term = hit.term.and_then(|at| rule.terms.get(at));
    let gain = term.as_ref().map_or(form.score, |term| term.score);
    let tier = level.or(term.as_ref().map(|term| term.tier)).or(form.tier).unwrap_or(rule.tier);
    let reason = term.map_or_else(
        || form.reason.clone(),
        |term| {
            let id = &term.id;
            Phrase::new(&format!("term {id} of the list"), &format!("命中词表词条 {id}"))
        },
    );
    let usual = Scores { warn: WARN, block: BLOCK, ceiling: tier.ceiling() };
    let mut weighed = Weighed {
        rule: hit.rule,
        term: hit.term,
        place: form.place,
        tier,
        role: form.role.unwrap_or(rule.role),
        gain,
        loss: 0,
        ceiling: Severity::Block,
        scores: setting.policy.scores(tier, setting.channel, usual),
        location: located(setting, &around),
        part: setting.part,
        excerpt: Excerpt::new(shown, rule.mask),
        why: vec![Reason { text: reason, weight: gain }],
        mark: setting.folded.text[hit.span.clone()].to_string(),
        span: original,
        line: around.line_number(),
        repeated: None,
    };
    for predicate in &rule.predicates {
        if applies(predicate, &weighed, setting) && around.holds(predicate, rule) {
            apply(predicate, &mut weighed);
        }
    }
    except(&mut weighed, hit, rule, setting);
    weighed
}

/// What the pack allows or the administrator exempts is only noted, and says so.
fn except(weighed: &mut Weighed, hit: &Hit, rule: &Rule, setting: Setting<'_>) {
    let text = &setting.folded.text;
    let line = &text[clip(text, &hit.line, &hit.span)];
    let live = rule.standing.allowlist.iter().filter(|allowed| !allowed.expires.is_over(**setting.today));
    let allowed = live.into_iter().find(|allowed| line.contains(&allowed.text)).map(|allowed| {
        let (until, why) = (allowed.expires, &allowed.reason);
        Phrase::new(&format!("allowed by the pack until {until}: {why}"), &format!("规则包允许，至 {until} 止：{why}"))
    });
    let term = hit.term.and_then(|at| rule.terms.get(at)).map(|term| term.id);
    let exempt = setting.policy.exempt(&rule.id, term.as_deref(), setting.channel, || **setting.today).map(|exempt| {
        let (until, why) = (exempt.expires, &exempt.reason);
        let en = format!("exempt by the administrator until {until}: {why}");
        Phrase::new(&en, &format!("管理员豁免，至 {until} 止：{why}"))
    });
    for text in [allowed, exempt].into_iter().flatten() {
        weighed.ceiling = Severity::Note;
        weighed.why.push(Reason { text, weight: 0 });
    }
}

fn applies(predicate: &Predicate, weighed: &Weighed, setting: Setting<'_>) -> bool {
    (predicate.places.is_empty() || predicate.places.contains(&weighed.place))
        && (predicate.parts.is_empty() || predicate.parts.contains(&setting.part))
        && !predicate.not_parts.contains(&setting.part)
        && predicate.unless_profile.as_ref().is_none_or(|profile| !setting.profiles.contains(profile))
}

fn apply(predicate: &Predicate, weighed: &mut Weighed) {
    let reason = Reason { text: predicate.reason.clone(), weight: predicate.score };
    let repetitions = predicate.when.iter().find_map(|when| match when {
        When::Repeated(times) => Some(*times),
        _ => None,
    });
    if let Some(times) = repetitions {
        weighed.repeated = Some((times, reason));
        return;
    }
    if predicate.score < 0 {
        weighed.loss += predicate.score;
    } else {
        weighed.gain += predicate.score;
    }
    if let Some(ceiling) = predicate.ceiling {
        weighed.ceiling = weighed.ceiling.min(ceiling);
    }
    weighed.role = predicate.role.unwrap_or(weighed.role);
    weighed.why.push(reason);
}

fn located(setting: Setting<'_>, around: &Surroundings<'_>) -> Location {
    let mut location = setting.segment.location.clone();
    let cell = setting.segment.cell(around.unit_number() - 1);
    location.spot = match setting.segment.unit {
        _ if cell.is_some() => cell.map(Spot::Cell),
        Unit::Line => Some(Spot::Line(around.unit_number())),
        Unit::Paragraph => Some(Spot::Paragraph(around.unit_number())),
        Unit::None => None,
    };
    location
}
