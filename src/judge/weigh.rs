//! Weighing one hit: the form's worth plus and minus what the surroundings say. A negative
//! predicate lowers a verdict by at most one step and is always named, so nothing is silenced.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lines::Lines;
use super::surroundings::Surroundings;
use super::{BLOCK, NOTE, WARN};
use crate::detect::Hit;
use crate::model::{Excerpt, Location, PartKind, Reason, Role, Segment, Severity, Spot, Tier, Unit};
use crate::normalize::Folded;
use crate::pack::{Place, Predicate, RuleSet, When};

/// Names of the profiles switched on, such as `exam-authority`.
pub type Profiles = BTreeSet<String>;

/// What a hit is weighed in.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// The window.
    pub segment: &'a Segment<'a>,
    /// Its folded text.
    pub folded: &'a Folded,
    /// The kind of part.
    pub part: PartKind,
    /// The profiles switched on.
    pub profiles: &'a Profiles,
}

/// A weighed hit, before it is compared with the others of its item.
#[derive(Debug, Clone)]
pub(super) struct Weighed {
    pub rule: usize,
    pub place: Place,
    pub tier: Tier,
    pub role: Role,
    /// Sum of what speaks for it.
    pub gain: i32,
    /// Sum of what speaks against it, negative.
    pub loss: i32,
    pub ceiling: Severity,
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
        let plain = severity(self.gain)?;
        let weighed = severity(self.score()).unwrap_or(Severity::Note);
        let floor = if self.loss < 0 { plain.lowered() } else { plain };
        Some(weighed.max(floor).min(self.ceiling).min(self.tier.ceiling()))
    }
}

fn severity(score: i32) -> Option<Severity> {
    match score {
        BLOCK.. => Some(Severity::Block),
        WARN.. => Some(Severity::Warn),
        NOTE.. => Some(Severity::Note),
        _ => None,
    }
}

/// Weighs a hit.
pub(super) fn weigh(hit: &Hit, setting: Setting<'_>, lines: &Lines) -> Weighed {
    let rule = &setting.rules.rules()[hit.rule];
    let form = &rule.forms[hit.form];
    let around = Surroundings::new(hit, setting, lines);
    let level = hit.level.as_deref().and_then(|level| rule.levels.get(level).copied());
    let original = setting.folded.original(hit.span.clone());
    let shown = setting.segment.text.get(original.clone()).unwrap_or_default();
    let mut weighed = Weighed {
        rule: hit.rule,
        place: form.place,
        tier: level.or(form.tier).unwrap_or(rule.tier),
        role: form.role.unwrap_or(rule.role),
        gain: form.score,
        loss: 0,
        ceiling: Severity::Block,
        location: located(setting, &around),
        part: setting.part,
        excerpt: Excerpt::new(shown, rule.mask),
        why: vec![Reason { text: form.reason.clone(), weight: form.score }],
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
    weighed
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
    location.spot = match setting.segment.unit {
        _ if !setting.segment.cells.is_empty() => setting.segment.cell(around.at()),
        Unit::Line => Some(Spot::Line(around.unit_number())),
        Unit::Paragraph => Some(Spot::Paragraph(around.unit_number())),
        Unit::None => None,
    };
    location
}
