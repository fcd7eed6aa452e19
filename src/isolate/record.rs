//! What the two processes say to each other. Everything the child says is checked here before
//! it is believed: ranges lie inside their text, numbers stand for something.

use serde::{Deserialize, Serialize};

use super::Landlock;
use crate::extract::{Budget, IsolatedRead, Listener, MOST_TEXT, ReadContent, ReadScope};
use crate::model::{
    Cell, Format, Gap, GapReason, Identified, Layout, Limit, Limits, Location, Part, PartKind, ReaderFault, Segment,
    Spot, Unit,
};

/// Containers inside containers a child may name.
const STEPS: usize = 64;

/// What is to be read; the bytes follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReadRequest {
    pub(super) name: String,
    pub(super) length: u64,
    pub(super) limits: Limits,
    pub(super) second: bool,
    pub(super) aim: ReadScope,
    /// Nobody waits for it.
    pub(super) gentle: bool,
}

impl ReadRequest {
    pub(super) fn new(errand: &IsolatedRead<'_>, budget: &Budget<'_>) -> Self {
        let limits = Limits { total_bytes: budget.chargeable(), nesting: errand.nesting, ..budget.limits.clone() };
        let length = match &errand.content {
            ReadContent::Bytes(bytes) => bytes.len() as u64,
            _ => 0,
        };
        ReadRequest {
            name: errand.name.to_string(),
            length,
            limits,
            second: errand.second,
            aim: errand.aim,
            gentle: false,
        }
    }

    /// Reads nothing.
    pub(super) fn trial(limits: &Limits) -> Self {
        let limits = limits.clone();
        ReadRequest { name: String::new(), length: 0, limits, second: false, aim: ReadScope::Whole, gentle: false }
    }
}

/// Something found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum ReadRecord {
    /// The first: the process has confined itself, so far.
    Confined(Landlock),
    /// It could not, and reads nothing.
    Unconfined(ReaderFault),
    Segment(RecordLocation, Text),
    /// A gap: its reason, and the format that is not read.
    Gap(RecordLocation, u8, Option<Format>),
    Picture(RecordLocation),
    Identified(RecordLocation, MemberKind),
    /// Bytes inflated since the last charge.
    Charge(u64),
    /// All was said.
    Done,
}

/// What a record was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Received {
    /// Something was found; more may come.
    More,
    /// That was all.
    All,
    /// It makes no sense, and neither would what follows.
    Nonsense,
}

/// A window of text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Text {
    text: String,
    own: (usize, usize),
    units_before: u64,
    lines_before: u64,
    last: bool,
    cut_start: bool,
    cut_end: bool,
    unit: u8,
    /// Unit, row, column.
    cells: Vec<(u64, u32, u32)>,
    source_code: bool,
    /// An encoding the text is hardly in.
    #[serde(default)]
    unlikely: bool,
    /// How far down the page, and how high: both in percent.
    #[serde(default)]
    layout: Vec<(u8, u16)>,
}

/// A location.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct RecordLocation {
    steps: Vec<String>,
    part: Option<PartFields>,
    page: Option<u64>,
}

/// The part of a location: page, kind, number, label.
type PartFields = (Option<u32>, PartKind, Option<u32>, Option<String>);

/// What a member was taken for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct MemberKind {
    format: Format,
    extension: Option<String>,
    claimed: Option<Format>,
    why: String,
}

const UNITS: [Unit; 3] = [Unit::Line, Unit::Paragraph, Unit::None];

impl ReadRecord {
    pub(super) fn segment(segment: &Segment<'_>) -> Self {
        let unit = UNITS.iter().position(|unit| *unit == segment.unit).unwrap_or_default() as u8;
        let text = Text {
            text: segment.text.to_string(),
            own: (segment.own.start, segment.own.end),
            units_before: segment.units_before,
            lines_before: segment.lines_before,
            last: segment.last,
            cut_start: segment.cut_start,
            cut_end: segment.cut_end,
            unit,
            cells: segment.cells.iter().map(|(unit, cell)| (*unit, cell.row, cell.column)).collect(),
            source_code: segment.source_code,
            unlikely: segment.unlikely,
            layout: segment.layout.iter().map(|layout| (layout.top, layout.height)).collect(),
        };
        ReadRecord::Segment(RecordLocation::of(segment.location), text)
    }

    pub(super) fn gap(gap: &Gap) -> Self {
        let reason = GapReason::ALL.iter().position(|reason| *reason == gap.reason).unwrap_or_default() as u8;
        ReadRecord::Gap(RecordLocation::of(&gap.location), reason, gap.format)
    }

    pub(super) fn picture(at: &Location) -> Self {
        ReadRecord::Picture(RecordLocation::of(at))
    }

    pub(super) fn identified(at: &Location, identified: &Identified) -> Self {
        let Identified { format, extension, claimed, why } = identified.clone();
        ReadRecord::Identified(RecordLocation::of(at), MemberKind { format, extension, claimed, why: why.into_owned() })
    }

    /// It will be said each time the same is read; what a lack of time or of a model was is not.
    pub(super) fn is_lasting(&self) -> bool {
        let ReadRecord::Gap(_, reason, _) = self else { return true };
        let passing = |reason: &GapReason| {
            matches!(reason, GapReason::Timeout | GapReason::PictureModel(_) | GapReason::Limit(Limit::TotalBytes))
        };
        GapReason::ALL.get(usize::from(*reason)).is_some_and(|reason| !passing(reason))
    }

    /// Passes the record on, if it makes sense.
    pub(super) fn pass_on(self, listener: &mut Listener<'_, '_>) -> Received {
        self.try_pass_on(listener).unwrap_or(Received::Nonsense)
    }

    fn try_pass_on(self, listener: &mut Listener<'_, '_>) -> Option<Received> {
        match self {
            ReadRecord::Confined(_) | ReadRecord::Unconfined(_) => return None,
            ReadRecord::Segment(place, text) => {
                let location = place.location()?;
                let (cells, layout) = (text.cells(), text.layout());
                listener.segment(text.segment(&location, &cells, &layout)?);
            }
            ReadRecord::Gap(place, reason, format) => {
                let reason = *GapReason::ALL.get(usize::from(reason))?;
                listener.gap(Gap { format, ..Gap::new(place.location()?, reason) });
            }
            ReadRecord::Picture(place) => listener.picture(place.location()?),
            ReadRecord::Identified(place, kind) => {
                let MemberKind { format, extension, claimed, why } = kind;
                let identified = Identified { format, extension, claimed, why: why.into() };
                listener.identified(place.location()?, &identified);
            }
            // What it means to have used too much, the loop that calls this finds out.
            ReadRecord::Charge(bytes) => drop(listener.budget().charge(bytes)),
            ReadRecord::Done => return Some(Received::All),
        }
        Some(Received::More)
    }
}

impl Text {
    fn cells(&self) -> Vec<(u64, Cell)> {
        let mut cells: Vec<(u64, Cell)> =
            self.cells.iter().map(|(unit, row, column)| (*unit, Cell { row: *row, column: *column })).collect();
        cells.sort_by_key(|(unit, _)| *unit);
        cells
    }

    fn layout(&self) -> Vec<Layout> {
        self.layout.iter().map(|(top, height)| Layout { top: *top, height: *height }).collect()
    }

    fn segment<'a>(
        &'a self,
        location: &'a Location,
        cells: &'a [(u64, Cell)],
        layout: &'a [Layout],
    ) -> Option<Segment<'a>> {
        let (start, end) = self.own;
        self.text.get(start..end)?;
        // A window, and no more cells or lines than it has characters.
        let most = self.text.len() + 1;
        if self.text.len() > MOST_TEXT || cells.len() > most || layout.len() > most {
            return None;
        }
        Some(Segment {
            location,
            text: &self.text,
            own: start..end,
            units_before: self.units_before,
            lines_before: self.lines_before,
            last: self.last,
            cut_start: self.cut_start,
            cut_end: self.cut_end,
            unit: *UNITS.get(usize::from(self.unit))?,
            cells,
            source_code: self.source_code,
            unlikely: self.unlikely,
            layout,
        })
    }
}

impl RecordLocation {
    fn of(location: &Location) -> Self {
        let part = location.part.clone().map(|part| (part.page, part.kind, part.index, part.label));
        let page = match location.spot {
            Some(Spot::Page(page)) => Some(page),
            _ => None,
        };
        RecordLocation { steps: location.steps.clone(), part, page }
    }

    fn location(self) -> Option<Location> {
        if self.steps.len() > STEPS {
            return None;
        }
        // Names and labels are made safe once more: the child may not be what it was.
        let mut location = self.steps.iter().fold(Location::item(), |at, step| at.step(step));
        location.part = self.part.map(|(page, kind, index, label)| {
            let labelled = label.map(|label| Part::labelled(kind, &label).label);
            Part { page, kind, index, label: labelled.flatten() }
        });
        location.spot = self.page.map(Spot::Page);
        Some(location)
    }
}
